-- One row per profile with rows of an import; scans the import ids of all events.
SELECT DISTINCT profile_id
FROM events
WHERE import_id = {import_id:String} AND profile_id != ''
