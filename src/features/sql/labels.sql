-- One row per profile that bought or gave back products in (cut, cut + horizon]; scans that window.
SELECT
    profile_id,
    uniqExactIf(if(order_id = '', event_id, order_id), kind = 'purchase') AS order_count,
    sumIf(quantity, kind = 'purchase') AS units,
    toFloat64(sumIf(amount, kind = 'purchase')) AS spend,
    sumIf(quantity, kind = 'refund') AS refunded_units,
    toFloat64(sumIf(amount, kind = 'refund')) AS refunded_amount
FROM events
WHERE kind IN ('purchase', 'refund')
    AND line_type = 'product'
    AND at > fromUnixTimestamp64Milli({cut_ms:Int64}, 'UTC')
    AND at <= fromUnixTimestamp64Milli({until_ms:Int64}, 'UTC')
    AND profile_id != ''
    AND NOT has(marks, 'bot')
GROUP BY profile_id
