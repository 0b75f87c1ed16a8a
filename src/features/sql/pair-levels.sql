-- One row per level of the categories, 1 the broadest: how many different ones of it were bought at or before the cut. An
-- item with fewer levels counts with its narrowest. Scans the item ids of the purchases before the cut.
SELECT level, uniqExact(category[least(level, length(category))]) AS category_count
FROM (
    SELECT category, arrayJoin(range(1, 6)) AS level
    FROM items FINAL
    WHERE notEmpty(category)
        AND item_id GLOBAL IN (
            SELECT item_id
            FROM {history:Identifier}
            WHERE kind = 'purchase'
                AND line_type = 'product'
                AND at <= fromUnixTimestamp64Milli({cut_ms:Int64}, 'UTC')
                AND profile_id != ''
                AND NOT has(marks, 'bot')
        )
)
WHERE level <= length(category)
GROUP BY level
ORDER BY level
