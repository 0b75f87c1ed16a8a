-- One row per id that rows of the file are known by: their user, else their device.
SELECT DISTINCT if(user_id = '', 'anonymous_id', 'user_id') AS kind, if(user_id = '', anonymous_id, user_id) AS id
FROM {new_events:Identifier}
WHERE id != ''
