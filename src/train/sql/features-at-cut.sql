-- One row per customer of a cut, at most so many: some of the saved features, NaN where one is missing; scans the cut's rows.
SELECT
    profile_id,
    arrayMap(name -> if(mapContains(numbers, name), numbers[name], NULL), {names:Array(String)}) AS features
FROM profile_features FINAL
WHERE as_of = fromUnixTimestamp64Milli({as_of_ms:Int64}, 'UTC') AND numbers['order_count'] > 0
ORDER BY cityHash64(profile_id)
LIMIT {limit:UInt32}
