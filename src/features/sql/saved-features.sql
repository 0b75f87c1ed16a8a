-- One row per profile with features saved at a cut, in order of id; scans the features of that cut.
SELECT profile_id, numbers, labels
FROM profile_features FINAL
WHERE as_of = fromUnixTimestamp64Milli({as_of_ms:Int64}, 'UTC')
ORDER BY profile_id
