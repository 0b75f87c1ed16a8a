-- One row per line of one profile that models said something of; reads the rows of that profile and their readings.
SELECT version, event_id, line_index, topic, if(isNaN(sentiment), NULL, sentiment) AS sentiment
FROM text_readings FINAL
WHERE event_id GLOBAL IN (
    SELECT event_id
    FROM history
    WHERE profile_id = {profile_id:String}
        AND stored_profile_id IN (
            SELECT {profile_id:String}
            UNION ALL
            SELECT arrayJoin(stored_as)
            FROM profile_overrides FINAL
            WHERE squashed = 0 AND has(spans.profile_id, {profile_id:String})
        )
)
ORDER BY version, event_id, line_index
