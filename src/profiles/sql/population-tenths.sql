-- One row per tenth of customers by spend, the highest first: its part of all spend; scans the features of one cut.
SELECT
    tenth,
    sum(spend) AS spend
FROM (
    SELECT
        numbers['spend'] AS spend,
        intDiv((row_number() OVER (ORDER BY numbers['spend'] DESC, profile_id) - 1) * 10, count() OVER ()) AS tenth
    FROM profile_features FINAL
    WHERE as_of = fromUnixTimestamp64Milli({as_of_ms:Int64}, 'UTC') AND numbers['order_count'] > 0
)
GROUP BY tenth
ORDER BY tenth
