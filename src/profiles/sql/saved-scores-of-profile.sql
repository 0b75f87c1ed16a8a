-- One row per model, horizon and cut: what was ever said of one profile, the latest first; reads that profile's rows.
SELECT
    model,
    version,
    horizon_days,
    as_of,
    value,
    if(isNaN(low), NULL, low) AS low,
    if(isNaN(high), NULL, high) AS high,
    label,
    reason_features,
    reason_shares,
    computed_at
FROM scores FINAL
WHERE profile_id = {profile_id:String}
ORDER BY as_of DESC, model, horizon_days
