-- One row: customers by the propensity to buy again within the longest horizon, in tenths; scans those scores of a cut.
WITH groupArray(toUInt8(least(9, floor(value * 10)))) AS tenths
SELECT
    horizon_days,
    arrayMap(tenth -> countEqual(tenths, tenth), range(10)) AS return_tenths
FROM scores FINAL
WHERE as_of = fromUnixTimestamp64Milli({as_of_ms:Int64}, 'UTC')
    AND model = 'propensity'
GROUP BY horizon_days
ORDER BY horizon_days DESC
LIMIT 1
