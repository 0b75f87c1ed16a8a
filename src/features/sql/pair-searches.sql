-- One row per words that were searched for, group of items (a category, or a topic where level is 0) that people looked at
-- in the same session, and stretch of `horizon_days` before the cut in which the later of the two happened: how many lines
-- say so. Scans searches and looks with a session before the cut.
WITH facts AS (
    SELECT item_id, max(name) AS group_name
    FROM (
        SELECT item_id, toString(category[least({level:UInt8}, length(category))]) AS name
        FROM items FINAL
        WHERE {level:UInt8} > 0 AND notEmpty(category)
        UNION ALL
        SELECT item_id, argMax(toString(tag), (weight, tag))
        FROM item_tags FINAL
        WHERE {level:UInt8} = 0 AND model = 'topics' AND version = {version:String}
        GROUP BY item_id
    )
    GROUP BY item_id
)
SELECT
    words,
    group_name,
    toUInt32(intDiv({cut_ms:Int64} - greatest(asked_ms, looked_ms), toInt64({horizon_days:UInt32}) * 86400000)) AS stretch,
    count() AS line_count
FROM (
    SELECT session_id, lower(query) AS words, min(toUnixTimestamp64Milli(at)) AS asked_ms
    FROM {history:Identifier}
    WHERE kind = 'search' AND query != '' AND session_id != ''
        AND at <= fromUnixTimestamp64Milli({cut_ms:Int64}, 'UTC')
        AND NOT has(marks, 'bot')
    GROUP BY session_id, words
) AS searches
GLOBAL INNER JOIN (
    SELECT session_id, looked_ms, group_name
    FROM (
        SELECT session_id, item_id, toUnixTimestamp64Milli(at) AS looked_ms
        FROM {history:Identifier}
        WHERE kind IN ('view', 'click', 'cart_add', 'purchase') AND session_id != ''
            AND item_id != ''
            AND at <= fromUnixTimestamp64Milli({cut_ms:Int64}, 'UTC')
            AND NOT has(marks, 'bot')
    ) AS looks
    GLOBAL ANY INNER JOIN facts AS looked_at USING (item_id)
) AS looked USING (session_id)
GROUP BY words, group_name, stretch
