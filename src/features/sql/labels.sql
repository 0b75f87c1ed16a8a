-- One row per profile that bought or gave back products in (cut, cut + horizon]; scans that window. Kept is what was
-- bought in it and, by its end, not taken back.
SELECT
    profile_id,
    order_count,
    units,
    spend,
    greatest(0, units - arraySum(taken -> taken.2 * has(bought, taken.1), taken_back)) AS kept_units,
    greatest(0, spend - arraySum(taken -> taken.3 * has(bought, taken.1), taken_back)) AS kept_spend,
    arraySum(taken -> taken.2, taken_back) AS refunded_units,
    arraySum(taken -> taken.3, taken_back) AS refunded_amount
FROM (
    SELECT
        profile_id,
        uniqExactIf(if(order_id = '', event_id, order_id), kind = 'purchase') AS order_count,
        sumIf(quantity, kind = 'purchase') AS units,
        toFloat64(sumIf(amount, kind = 'purchase')) AS spend,
        groupUniqArrayIf(event_id, kind = 'purchase') AS bought,
        groupArrayIf((refund_of, quantity, toFloat64(amount)), kind = 'refund') AS taken_back
    FROM {history:Identifier}
    WHERE kind IN ('purchase', 'refund')
        AND line_type = 'product'
        AND at > fromUnixTimestamp64Milli({cut_ms:Int64}, 'UTC')
        AND at <= fromUnixTimestamp64Milli({until_ms:Int64}, 'UTC')
        AND profile_id != ''
        AND NOT has(marks, 'bot')
    GROUP BY profile_id
)
