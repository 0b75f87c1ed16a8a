-- One row per reading of a line of one person, in order of time; reads that person's lines and their readings.
SELECT r.version AS version, r.event_id AS eventId, r.line_index AS lineIndex, r.topic AS topic, r.sentiment AS sentiment, e.at AS at
FROM (SELECT * FROM text_readings FINAL WHERE event_id GLOBAL IN (
    SELECT event_id FROM {history:Identifier} WHERE profile_id = {profile_id:String}
)) AS r
GLOBAL INNER JOIN (
    SELECT event_id, line_index, at FROM {history:Identifier} WHERE profile_id = {profile_id:String}
) AS e ON r.event_id = e.event_id AND r.line_index = e.line_index
ORDER BY at, eventId, lineIndex, version
