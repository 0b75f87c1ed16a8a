-- One row per cut that features of one profile were saved for, the latest first; reads that profile's rows.
SELECT as_of, numbers, labels, computed_at
FROM profile_features FINAL
WHERE profile_id = {profile_id:String}
ORDER BY as_of DESC
