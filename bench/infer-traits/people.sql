-- One row per user id and the profile that it belongs to; scans the ids of the history.
SELECT DISTINCT user_id, profile_id
FROM {history:Identifier}
WHERE user_id != '' AND profile_id != ''
