-- One row per model and horizon; reads the rows of one person.
SELECT
    model,
    version,
    horizon_days,
    toUnixTimestamp64Milli(as_of) AS as_of_ms,
    value,
    if(isNaN(low), NULL, low) AS low,
    if(isNaN(high), NULL, high) AS high,
    label,
    reason_features,
    reason_shares
FROM scores FINAL
WHERE profile_id = {profile_id:String}
    AND as_of = fromUnixTimestamp64Milli({as_of_ms:Int64}, 'UTC')
ORDER BY model, horizon_days
