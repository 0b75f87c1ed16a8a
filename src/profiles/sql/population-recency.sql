-- One row per bin of days since the last order that holds a customer; scans the features of one cut.
SELECT
    arrayLast(edge -> numbers['recency_days'] >= edge, {edges:Array(UInt32)}) AS from_days,
    count() AS customer_count
FROM profile_features FINAL
WHERE as_of = fromUnixTimestamp64Milli({as_of_ms:Int64}, 'UTC') AND numbers['order_count'] > 0
GROUP BY from_days
ORDER BY from_days
