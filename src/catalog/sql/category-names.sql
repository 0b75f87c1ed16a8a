-- One row per category of any level that is stated in both languages, with the Chinese name on most items; scans the items.
SELECT en, argMax(zh, (item_count, zh)) AS zh
FROM (
    SELECT pair.1 AS en, pair.2 AS zh, count() AS item_count
    FROM (
        SELECT arrayJoin(arrayZip(CAST(category, 'Array(String)'), CAST(category_zh, 'Array(String)'))) AS pair
        FROM items FINAL
        WHERE notEmpty(category_zh) AND length(category) = length(category_zh)
    )
    WHERE pair.2 != ''
    GROUP BY en, zh
)
GROUP BY en
