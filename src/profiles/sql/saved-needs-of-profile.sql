-- One row per horizon and cut: what one profile was ever said to need, the latest first; reads that profile's rows.
SELECT
    horizon_days,
    as_of,
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
    reasons,
    computed_at
FROM needs FINAL
WHERE profile_id = {profile_id:String}
ORDER BY as_of DESC, horizon_days
