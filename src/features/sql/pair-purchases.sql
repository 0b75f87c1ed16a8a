-- One row per profile of a share of all that bought products at or before the cut: its purchases, with ages in milliseconds
-- at the cut. `place` is the profile's own number in [0, 1), by which a part of all is drawn. Scans the purchases before the
-- cut.
SELECT
    profile_id,
    toFloat64(bitShiftRight(cityHash64(profile_id), 32)) / 4294967296 AS place,
    groupArray(item_id) AS items,
    groupArray({cut_ms:Int64} - toUnixTimestamp64Milli(at)) AS ages,
    groupArray(quantity) AS units,
    groupArray(toFloat64(amount)) AS spends
FROM {history:Identifier}
WHERE kind = 'purchase'
    AND line_type = 'product'
    AND item_id != ''
    AND at <= fromUnixTimestamp64Milli({cut_ms:Int64}, 'UTC')
    AND profile_id != ''
    AND cityHash64(profile_id) % {share_count:UInt32} = {share:UInt32}
    AND NOT has(marks, 'bot')
GROUP BY profile_id
