-- One row per profile: its last {moments} moments up to the cut, in the order of time; what happens in one moment (an order of
-- many lines) is one, told by its dearest item. Scans the history up to the cut.
SELECT
    profile_id,
    arraySort(groupArray((at_ms, kind, item_id))) AS moments
FROM (
    SELECT
        profile_id,
        kind,
        toUnixTimestamp64Milli(at) AS at_ms,
        argMax(item_id, (amount, item_id)) AS item_id
    FROM {history:Identifier}
    WHERE at <= fromUnixTimestamp64Milli({cut_ms:Int64}, 'UTC')
        AND profile_id != ''
        AND NOT has(marks, 'bot')
        AND (kind NOT IN ('purchase', 'refund') OR line_type = 'product')
    GROUP BY profile_id, kind, at
    ORDER BY profile_id, at_ms DESC, kind DESC
    LIMIT {moments:UInt32} BY profile_id
)
GROUP BY profile_id
