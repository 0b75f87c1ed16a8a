-- At most one row per horizon; reads the rows of one person.
SELECT
    horizon_days,
    version,
    kinds,
    targets,
    names,
    names_zh,
    probabilities,
    units,
    arrayMap(low -> if(isNaN(low), NULL, low), lows) AS lows,
    arrayMap(high -> if(isNaN(high), NULL, high), highs) AS highs,
    days,
    reasons
FROM needs FINAL
WHERE profile_id = {profile_id:String}
    AND as_of = fromUnixTimestamp64Milli({as_of_ms:Int64}, 'UTC')
ORDER BY horizon_days
