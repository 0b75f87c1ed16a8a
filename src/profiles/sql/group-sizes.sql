-- One row per interest group of a cut; scans the scores and features of that cut.
SELECT
    s.label AS label,
    count() AS customer_count,
    sum(f.numbers['spend']) AS spend,
    sum(f.numbers['order_count']) AS order_count
FROM (
    SELECT profile_id, label
    FROM scores FINAL
    WHERE model = 'interest-group' AND as_of = fromUnixTimestamp64Milli({as_of_ms:Int64}, 'UTC')
) AS s
INNER JOIN (
    SELECT profile_id, numbers
    FROM profile_features FINAL
    WHERE as_of = fromUnixTimestamp64Milli({as_of_ms:Int64}, 'UTC')
) AS f ON f.profile_id = s.profile_id
GROUP BY label
ORDER BY label
