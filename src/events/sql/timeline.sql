-- One row per line of one profile, the latest first; reads that profile's rows. Starts after the line named by
-- (before_ms, before_event_id, before_line_index), where a page before ended.
SELECT
    event_id,
    line_index,
    toUnixTimestamp64Milli(at) AS at_ms,
    kind,
    name,
    source,
    session_id,
    order_id,
    item_id,
    line_type,
    quantity,
    toFloat64(price) AS price,
    toFloat64(amount) AS amount,
    currency,
    country,
    query,
    rating,
    text,
    coupon,
    refund_of,
    marks
FROM history
WHERE profile_id = {profile_id:String}
    -- By the key: rows of a person lie under the person, or under what an override says they were stored as.
    AND stored_profile_id IN (
        SELECT {profile_id:String}
        UNION ALL
        SELECT arrayJoin(stored_as)
        FROM profile_overrides FINAL
        WHERE squashed = 0 AND has(spans.profile_id, {profile_id:String})
    )
    AND profile_id != ''
    AND (toUnixTimestamp64Milli(at), event_id, line_index)
        < ({before_ms:Int64}, {before_event_id:String}, {before_line_index:UInt32})
    AND at <= fromUnixTimestamp64Milli({before_ms:Int64}, 'UTC')
ORDER BY at DESC, event_id DESC, line_index DESC
LIMIT {limit:UInt32}
