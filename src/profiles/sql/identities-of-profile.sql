-- One row per id of one person; scans identities, which is small beside the events.
SELECT kind, id
FROM identities FINAL
WHERE profile_id = {profile_id:String}
ORDER BY kind, id
