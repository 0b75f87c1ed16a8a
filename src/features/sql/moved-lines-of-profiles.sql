-- One row per line of the given profiles, bots' left out, in order of profile and time, wherever the rows lie; reads the
-- rows of those profiles and of the profiles that overrides say theirs were stored as.
SELECT
    profile_id,
    event_id,
    line_index,
    toUnixTimestamp64Milli(at) AS at_ms,
    kind,
    name,
    source,
    line_type,
    session_id,
    order_id,
    item_id,
    quantity,
    toFloat64(price) AS price,
    toFloat64(amount) AS amount,
    country,
    dwell_ms,
    rating,
    coupon,
    if(kind = 'consent', properties, '') AS consent,
    query != '' OR text != '' AS has_words
FROM history
WHERE profile_id IN {profile_ids:Array(String)}
    AND stored_profile_id IN (
        SELECT arrayJoin({profile_ids:Array(String)})
        UNION ALL
        SELECT arrayJoin(stored_as)
        FROM profile_overrides FINAL
        WHERE squashed = 0 AND hasAny(spans.profile_id, {profile_ids:Array(String)})
    )
    AND profile_id != ''
    AND NOT has(marks, 'bot')
ORDER BY profile_id, at
