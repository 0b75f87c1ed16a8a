-- One row: what will be stored.
SELECT
    count() AS lineCount,
    uniqExactIf(order_id, order_id != '' AND kind IN ('purchase', 'refund')) AS orderCount,
    uniqExactIf(profile_id, profile_id != '') AS profileCount,
    uniqExactIf(user_id, user_id != '') AS customerCount,
    uniqExactIf(item_id, item_id != '') AS itemCount,
    countIf(profile_id = '') AS nobodyCount,
    countIf(kind = 'refund' AND refund_of != '') AS tiedCount,
    countIf(has(marks, 'untied_refund')) AS untiedCount,
    round(sumIf(toFloat64(amount), kind = 'purchase'), 2) AS purchaseAmount,
    round(sumIf(toFloat64(amount), kind = 'refund'), 2) AS refundAmount,
    toUnixTimestamp64Milli(min(at)) AS fromMs,
    toUnixTimestamp64Milli(max(at)) AS toMs
FROM {new_events:Identifier}
