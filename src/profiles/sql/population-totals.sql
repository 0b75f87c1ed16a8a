-- One row: everybody of one cut; scans the features of that cut.
SELECT
    count() AS profile_count,
    countIf(numbers['order_count'] > 0) AS customer_count,
    countIf(numbers['order_count'] > 1) AS repeat_customer_count,
    sum(numbers['order_count']) AS order_count,
    sum(numbers['spend']) AS spend
FROM profile_features FINAL
WHERE as_of = fromUnixTimestamp64Milli({as_of_ms:Int64}, 'UTC')
