-- One row: what lifetime scores of a cut add up to; scans the scores of that cut.
WITH groupArrayIf(toUInt8(least(9, floor(value * 10))), model = 'alive') AS tenths
SELECT
    max(horizon_days) AS horizon_days,
    sumIf(value, model = 'expected-orders') AS expected_orders,
    sumIf(value, model = 'expected-spend') AS expected_spend,
    arrayMap(tenth -> countEqual(tenths, tenth), range(10)) AS alive_tenths
FROM scores FINAL
WHERE as_of = fromUnixTimestamp64Milli({as_of_ms:Int64}, 'UTC')
    AND model IN ('alive', 'expected-orders', 'expected-spend')
