-- One row: the stored features of one person as of the latest cut not after as_of_ms; reads that person's rows.
SELECT
    profile_id,
    toUnixTimestamp64Milli(as_of) AS as_of_ms,
    numbers,
    labels
FROM profile_features FINAL
WHERE profile_id = {profile_id:String}
    AND as_of <= fromUnixTimestamp64Milli({as_of_ms:Int64}, 'UTC')
ORDER BY as_of DESC
LIMIT 1
