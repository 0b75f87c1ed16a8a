-- One row per synthetic event, in order of time: of {events} over 365 days the {count} from {from} on. A few profiles have
-- many events and a few items sell often (both drawn as u² of a uniform u); 55 % are views and 4 % purchases. Seeded by
-- {seed}.
WITH
    sipHash64(number, {seed:UInt64}) AS word,
    sipHash64(word, 1) / pow(2, 64) AS a,
    bitAnd(bitShiftRight(word, 16), 65535) / 65536 AS b,
    bitAnd(bitShiftRight(word, 32), 65535) / 65536 AS c,
    sipHash64(word) AS other,
    toUInt64(a * a * {profiles:UInt64}) AS profile,
    toUInt64(b * b * 20000) AS item,
    multiIf(c < 0.55, 'view', c < 0.7, 'impression', c < 0.8, 'search', c < 0.9, 'click', c < 0.95, 'cart_add',
        c < 0.99, 'purchase', c < 0.995, 'refund', 'review') AS chosen,
    chosen IN ('purchase', 'refund') AS is_order
SELECT
    lower(hex(other)) || lower(hex(word)) AS event_id,
    toUInt16(0) AS line_index,
    lower(hex(sipHash64(profile))) AS profile_id,
    if(profile % 3 = 0, profile_id, '') AS user_id,
    lower(hex(sipHash64(profile, 1))) AS anonymous_id,
    toDateTime64('2025-01-01 00:00:00.000', 3, 'UTC')
        + toIntervalMillisecond(toUInt64(number * (365 * 86400000. / {events:UInt64}))) AS at,
    at + toIntervalMillisecond(other % 5000) AS received_at,
    chosen AS kind,
    'Product ' || chosen AS name,
    ['web', 'app', 'import'][1 + other % 3] AS source,
    hex(sipHash64(profile, toDate(at))) AS session_id,
    if(is_order, toString(other % 100000000), '') AS order_id,
    if(chosen = 'search', '', 'sku-' || toString(item)) AS item_id,
    'product' AS line_type,
    toFloat64(if(is_order, 1 + other % 4, 0)) AS quantity,
    toDecimal64((100 + sipHash64(item) % 20000) / 100, 4) AS price,
    if(is_order, price * toDecimal64(quantity, 0), 0) AS amount,
    'GBP' AS currency,
    ['United Kingdom', 'Germany', 'France', 'Iceland'][1 + profile % 4] AS country,
    if(chosen = 'search', 'query ' || toString(item % 500), '') AS query,
    '' AS list_id,
    toUInt16(if(chosen = 'impression', other % 20, 0)) AS position,
    toUInt32(if(chosen = 'view', other % 120000, 0)) AS dwell_ms,
    toFloat32(if(chosen = 'review', 1 + other % 5, 0)) AS rating,
    if(chosen = 'review', 'text of review ' || toString(other % 1000), '') AS text,
    '' AS coupon,
    '' AS refund_of,
    CAST([], 'Array(LowCardinality(String))') AS marks,
    '{}' AS properties,
    '' AS import_id,
    number AS row_number
FROM numbers({from:UInt64}, {count:UInt64})
ORDER BY number
SETTINGS max_threads = 1
