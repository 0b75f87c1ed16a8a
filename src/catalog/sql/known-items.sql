-- One row per item of the ids that is known; reads their parts of the table.
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
    currency,
    attributes,
    source,
    toUnixTimestamp64Milli(updated_at) AS updated_at_ms
FROM items FINAL
WHERE item_id IN {item_ids:Array(String)}
