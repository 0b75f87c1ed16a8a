-- One row per line of the given profiles, bots' left out, in order of profile and time; reads those profiles' rows. To be
-- used while no id is overridden: rows lie under the profile they belong to.
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
FROM events
WHERE profile_id IN {profile_ids:Array(String)}
    AND profile_id != ''
    AND NOT has(marks, 'bot')
ORDER BY profile_id, at
