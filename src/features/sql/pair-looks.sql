-- One row per profile of a share of all that bought products at or before the cut and looked at any: of each thing how it was
-- looked at (1 put into the cart or on the wish list, 2 viewed, 3 searched for: then the thing is the words), in which
-- stretch of `horizon_days` before the cut, how often, how much that weighs at the stretch's end (each look by
-- 2^(−age / half-life)) and days before the cut of the last. Scans the looks and the ids of purchases before the cut.
SELECT
    profile_id,
    groupArray(way) AS ways,
    groupArray(thing) AS things,
    groupArray(stretch) AS stretches,
    groupArray(look_count) AS counts,
    groupArray(weight) AS weights,
    groupArray(last_days) AS last
FROM (
    SELECT
        profile_id,
        transform(kind, ['cart_add', 'wishlist_add', 'view', 'click', 'search'], [1, 1, 2, 2, 3], 0) AS way,
        if(kind = 'search', lower(query), item_id) AS thing,
        toUInt32(intDiv(age_ms, toInt64({horizon_days:UInt32}) * 86400000)) AS stretch,
        count() AS look_count,
        sum(exp2(-(age_ms / 86400000 - stretch * {horizon_days:UInt32}) / {half_life_days:Float64})) AS weight,
        min(age_ms) / 86400000 AS last_days
    FROM (
        SELECT profile_id, kind, item_id, query, {cut_ms:Int64} - toUnixTimestamp64Milli(at) AS age_ms
        FROM {history:Identifier}
        WHERE kind IN ('cart_add', 'wishlist_add', 'view', 'click', 'search')
            AND if(kind = 'search', query, item_id) != ''
            AND at <= fromUnixTimestamp64Milli({cut_ms:Int64}, 'UTC')
            AND profile_id != ''
            AND cityHash64(profile_id) % {share_count:UInt32} = {share:UInt32}
            AND NOT has(marks, 'bot')
            AND profile_id GLOBAL IN (
                SELECT profile_id
                FROM {history:Identifier}
                WHERE kind = 'purchase'
                    AND line_type = 'product'
                    AND item_id != ''
                    AND at <= fromUnixTimestamp64Milli({cut_ms:Int64}, 'UTC')
                    AND NOT has(marks, 'bot')
            )
    )
    GROUP BY profile_id, way, thing, stretch
)
GROUP BY profile_id
