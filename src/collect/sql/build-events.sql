-- One row per line that will be stored, under the id that it names itself by; whose that is is found when it is stored.
-- Fences of 0 mark nothing.
INSERT INTO {new_events:Identifier} (
    event_id, line_index, profile_id, user_id, anonymous_id, at, received_at, kind, name, source, session_id, order_id,
    item_id, line_type, quantity, price, amount, currency, country, query, list_id, position, dwell_ms, rating, text,
    coupon, refund_of, marks, properties, import_id, row_number
)
WITH
    l.kind = 'purchase' AND l.line_type = 'product' AS is_sale,
    -- An inhuman rhythm: this many events of one device within a minute, minutes counted from :00 and from :30.
    bot_devices AS (
        SELECT anonymous_id
        FROM {lines:Identifier}
        WHERE status = 'accepted' AND kind NOT IN ('', 'impression', 'custom') AND anonymous_id != ''
        GROUP BY anonymous_id, arrayJoin([toStartOfMinute(at), toStartOfMinute(at + INTERVAL 30 SECOND) - INTERVAL 30 SECOND])
        HAVING uniqExact(event_id) >= {bot_events_per_minute:UInt32}
    )
SELECT
    l.event_id,
    l.line_index,
    if(l.user_id != '', l.user_id, l.anonymous_id),
    l.user_id,
    l.anonymous_id,
    l.at,
    l.received_at,
    l.kind,
    l.name,
    {source:String},
    l.session_id,
    l.order_id,
    l.item_id,
    l.line_type,
    l.quantity,
    l.price,
    l.amount,
    l.currency,
    l.country,
    l.query,
    l.list_id,
    l.position,
    l.dwell_ms,
    l.rating,
    l.text,
    l.coupon,
    ties.refund_of,
    arrayDistinct(arrayConcat(l.marks, arrayFilter(mark -> mark != '', [
        if(is_sale AND {quantity_high:Float64} > 0 AND l.quantity > {quantity_high:Float64}, 'outlier_quantity', ''),
        if(is_sale AND {price_high:Float64} > 0 AND l.price > 0
            AND (l.price > {price_high:Float64} OR l.price < {price_low:Float64}), 'outlier_price', ''),
        if(l.kind = 'refund' AND l.line_type = 'product' AND l.item_id != '' AND ties.refund_of = '', 'untied_refund', ''),
        if(l.anonymous_id IN (SELECT anonymous_id FROM bot_devices), 'bot', '')
    ]))),
    l.properties,
    {import_id:String},
    l.row_number
FROM {lines:Identifier} AS l
LEFT JOIN {ties:Identifier} AS ties ON l.row_number = ties.row_number AND l.line_index = ties.line_index
WHERE l.status = 'accepted' AND l.kind != ''
    AND l.row_number NOT IN (SELECT row_number FROM {repeats:Identifier})
