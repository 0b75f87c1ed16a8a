-- One row per category (kind 'category', the broadest of an item) and brand (kind 'brand') of items with a line at or
-- before the cut, those with most lines first, at most {limit} of each; scans the item ids of the lines before the cut.
SELECT kind, name
FROM (
    SELECT
        item_id,
        arrayJoin([('category', toString(category[1])), ('brand', toString(brand))]) AS entry,
        entry.1 AS kind,
        entry.2 AS name
    FROM items FINAL
    WHERE notEmpty(category) OR brand != ''
) AS entries
GLOBAL INNER JOIN (
    SELECT item_id, count() AS line_count
    FROM {history:Identifier}
    WHERE at <= fromUnixTimestamp64Milli({as_of_ms:Int64}, 'UTC')
        AND profile_id != ''
        AND NOT has(marks, 'bot')
        AND item_id GLOBAL IN (SELECT item_id FROM items WHERE notEmpty(category) OR brand != '')
    GROUP BY item_id
) AS counted USING (item_id)
WHERE name != ''
GROUP BY kind, name
ORDER BY kind, sum(line_count) DESC, name
LIMIT {limit:UInt32} BY kind
