-- One row per event of one profile, the latest first; reads the profile's share of every part.
SELECT * FROM {table:Identifier} WHERE profile_id = {profile:String} ORDER BY at DESC LIMIT 100
