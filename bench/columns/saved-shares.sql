-- One row: how many profiles have saved shares of a feature at a cut, and of how many different keys.
SELECT
    countIf(arrayExists(name -> startsWith(name, concat({feature:String}, '/')), mapKeys(numbers))) AS profiles,
    length(arrayDistinct(arrayFlatten(groupArray(
        arrayFilter(name -> startsWith(name, concat({feature:String}, '/')), mapKeys(numbers)))))) AS keys
FROM profile_features FINAL
WHERE as_of = fromUnixTimestamp64Milli({as_of_ms:Int64}, 'UTC')
