-- One row per profile of a share of all that bought products in (cut, cut + horizon] and kept them: items and groups of
-- items (a category, or a topic where level is 0), each with the units kept and the days until the first of them was bought.
-- Kept is what was bought in that time and, by its end, not taken back. Scans that window.
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
SELECT profile_id, groupArray((is_group, target, units, first_days)) AS bought
FROM (
    SELECT profile_id, pair.1 AS is_group, pair.2 AS target, sum(kept) AS units, min(days) AS first_days
    FROM (
        SELECT
            profile_id,
            kept,
            days,
            arrayJoin(if(group_name = '', [(0, item_id)], [(0, item_id), (1, group_name)])) AS pair
        FROM (
            SELECT
                profile_id,
                item_id,
                min(if(kind = 'purchase', age_days, 1e9)) AS days,
                groupUniqArrayIf(event_id, kind = 'purchase') AS bought_events,
                groupArrayIf((refund_of, quantity), kind = 'refund') AS taken_back,
                sumIf(quantity, kind = 'purchase')
                - arraySum(taken -> taken.2 * has(bought_events, taken.1), taken_back) AS kept
            FROM (
                SELECT
                    profile_id,
                    item_id,
                    kind,
                    event_id,
                    refund_of,
                    quantity,
                    (toUnixTimestamp64Milli(at) - {cut_ms:Int64}) / 86400000 AS age_days
                FROM {history:Identifier}
                WHERE kind IN ('purchase', 'refund')
                    AND line_type = 'product'
                    AND item_id != ''
                    AND at > fromUnixTimestamp64Milli({cut_ms:Int64}, 'UTC')
                    AND at <= fromUnixTimestamp64Milli({until_ms:Int64}, 'UTC')
                    AND profile_id != ''
                    AND cityHash64(profile_id) % {share_count:UInt32} = {share:UInt32}
                    AND NOT has(marks, 'bot')
            )
            GROUP BY profile_id, item_id
            HAVING kept > 0
        ) AS lines
        GLOBAL ANY LEFT JOIN facts USING (item_id)
    )
    GROUP BY profile_id, is_group, target
)
GROUP BY profile_id
