-- One row per trait and source; reads the rows of one person.
SELECT name, value, source, purpose, at
FROM traits FINAL
WHERE profile_id = {profile_id:String}
ORDER BY name, source
