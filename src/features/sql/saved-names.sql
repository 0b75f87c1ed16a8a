-- One row per name of a number or label saved at a cut, in order; scans the features of that cut.
SELECT DISTINCT arrayJoin(arrayConcat(
    arrayMap(name -> toString(name), mapKeys(labels)),
    arrayMap(name -> toString(name), mapKeys(numbers))
)) AS name
FROM profile_features FINAL
WHERE as_of = fromUnixTimestamp64Milli({as_of_ms:Int64}, 'UTC')
ORDER BY position(name, '/') > 0, name
