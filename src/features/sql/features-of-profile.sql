-- One row: the features of one profile as of the latest saved cut at or before the moment; reads that profile's rows.
SELECT toUnixTimestamp64Milli(as_of) AS as_of_ms, numbers, labels
FROM profile_features FINAL
WHERE profile_id = {profile_id:String} AND as_of <= fromUnixTimestamp64Milli({as_of_ms:Int64}, 'UTC')
ORDER BY as_of DESC
LIMIT 1
