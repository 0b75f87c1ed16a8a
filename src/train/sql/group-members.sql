-- One row per person of a grouping: whom it put into which group; scans the scores of that version.
SELECT profile_id, label
FROM scores FINAL
WHERE model = 'interest-group' AND version = {version:String}
