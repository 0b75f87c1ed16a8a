-- One row per profile of a share of all: the items and the groups of items (a category, or a topic where level is 0) that
-- it bought, put into the cart, viewed or searched for at or before the cut, at most {item_limit} and {group_limit}, those
-- of most interest of late first. A search is for the group that people of its session most looked at. Scans the lines of
-- those kinds before the cut.
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
    profile_id,
    groupArraySortedIf({item_limit:UInt32})(entry, is_group = 0) AS items,
    groupArraySortedIf({group_limit:UInt32})(entry, is_group = 1) AS groups
FROM (
    SELECT
        profile_id,
        pair.1 AS is_group,
        sumIf(weight, kind = 'purchase') AS bought_weight,
        sumIf(weight, kind IN ('cart_add', 'wishlist_add')) AS cart_weight,
        sumIf(weight, kind IN ('view', 'click')) AS view_weight,
        sumIf(weight, kind = 'search') AS search_weight,
        (
            -- Sorted ascending, so the most of interest comes first.
            toFloat32(-(bought_weight + 0.5 * cart_weight + 0.2 * view_weight + 0.2 * search_weight)),
            pair.2,
            pair.3,
            uniqExactIf(toUInt32(age_days), kind = 'purchase'),
            toFloat32(greatest(0, sumIf(quantity, kind = 'purchase') - sumIf(quantity, kind = 'refund'))),
            toFloat32(greatest(
                0,
                sumIf(quantity, kind = 'purchase' AND age_days < {horizon_days:UInt32})
                - sumIf(quantity, kind = 'refund' AND age_days < {horizon_days:UInt32})
            )),
            toFloat32(sumIf(amount, kind = 'purchase')),
            toFloat32(bought_weight),
            toFloat32(maxIf(age_days, kind = 'purchase')),
            toFloat32(minIf(age_days, kind = 'purchase')),
            toFloat32(cart_weight),
            toFloat32(view_weight),
            toFloat32(search_weight),
            toFloat32(minIf(age_days, kind IN ('cart_add', 'wishlist_add', 'view', 'click', 'search'))),
            countIf(kind IN ('cart_add', 'wishlist_add', 'view', 'click', 'search'))
        ) AS entry
    FROM (
        SELECT
            profile_id,
            kind,
            quantity,
            amount,
            ({cut_ms:Int64} - toUnixTimestamp64Milli(at)) / 86400000 AS age_days,
            exp2(-age_days / {half_life_days:Float64}) AS weight,
            arrayJoin(arrayFilter(
                each -> each.2 != '',
                [(0, if(kind = 'search', '', item_id), group_name), (1, group_name, group_name)]
            )) AS pair
        FROM (
            SELECT
                profile_id,
                kind,
                quantity,
                amount,
                at,
                lines.item_id AS item_id,
                if(kind = 'search', asked.group_name, told.group_name) AS group_name
            FROM (
                SELECT profile_id, kind, quantity, amount, at, item_id, lower(query) AS words
                FROM {history:Identifier}
                WHERE kind IN ('purchase', 'refund', 'cart_add', 'wishlist_add', 'view', 'click', 'search')
                    AND (line_type = 'product' OR kind NOT IN ('purchase', 'refund'))
                    -- A refund of nothing that was bought lowers nothing.
                    AND (kind != 'refund' OR refund_of != '')
                    AND (item_id != '' OR query != '')
                    AND at <= fromUnixTimestamp64Milli({cut_ms:Int64}, 'UTC')
                    AND profile_id != ''
                    AND cityHash64(profile_id) % {share_count:UInt32} = {share:UInt32}
                    AND NOT has(marks, 'bot')
            ) AS lines
            GLOBAL ANY LEFT JOIN facts AS told ON lines.item_id = told.item_id
            GLOBAL ANY LEFT JOIN (
                SELECT words, argMax(name, (line_count, name)) AS group_name
                FROM (
                    SELECT words, name, count() AS line_count
                    FROM (
                        SELECT DISTINCT session_id, lower(query) AS words
                        FROM {history:Identifier}
                        WHERE kind = 'search' AND query != '' AND session_id != ''
                            AND at <= fromUnixTimestamp64Milli({cut_ms:Int64}, 'UTC')
                            AND NOT has(marks, 'bot')
                    ) AS searches
                    GLOBAL INNER JOIN (
                        SELECT session_id, group_name AS name
                        FROM (
                            SELECT session_id, item_id
                            FROM {history:Identifier}
                            WHERE kind IN ('view', 'click', 'cart_add', 'purchase') AND session_id != ''
                                AND item_id != ''
                                AND at <= fromUnixTimestamp64Milli({cut_ms:Int64}, 'UTC')
                                AND NOT has(marks, 'bot')
                        ) AS looks
                        GLOBAL ANY INNER JOIN facts AS looked_at USING (item_id)
                    ) AS looked USING (session_id)
                    GROUP BY words, name
                )
                GROUP BY words
            ) AS asked ON lines.words = asked.words
        )
    )
    GROUP BY profile_id, pair
)
GROUP BY profile_id
