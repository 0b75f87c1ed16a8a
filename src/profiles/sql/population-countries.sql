-- One row per country of the customers, the commonest first; scans the features of one cut.
SELECT labels['country'] AS name, count() AS customer_count
FROM profile_features FINAL
WHERE as_of = fromUnixTimestamp64Milli({as_of_ms:Int64}, 'UTC')
    AND numbers['order_count'] > 0
    AND labels['country'] != ''
GROUP BY name
ORDER BY customer_count DESC, name
LIMIT 20
