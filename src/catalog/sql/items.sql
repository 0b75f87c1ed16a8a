-- One row per item, in order of id; scans the items and, to know which were sold or seen by the moment, the item ids of
-- the lines before it.
SELECT
    item_id,
    name,
    name_zh,
    description,
    description_zh,
    category,
    category_zh,
    brand,
    toFloat64(price) AS price,
    currency
FROM items FINAL
WHERE {known_by_ms:Nullable(Int64)} IS NULL
    OR item_id GLOBAL IN (
        SELECT item_id
        FROM events
        WHERE at <= fromUnixTimestamp64Milli(ifNull({known_by_ms:Nullable(Int64)}, 0), 'UTC') AND item_id != ''
    )
ORDER BY item_id
