-- One row per event of some profiles; reads the rows of those profiles.
INSERT INTO erasing
SELECT DISTINCT event_id
FROM history
WHERE profile_id IN {profile_ids:Array(String)}
    -- By the key: rows of a person lie under the person, or under what an override says they were stored as.
    AND stored_profile_id IN (
        SELECT arrayJoin({profile_ids:Array(String)})
        UNION ALL
        SELECT arrayJoin(stored_as)
        FROM profile_overrides FINAL
        WHERE squashed = 0 AND hasAny(spans.profile_id, {profile_ids:Array(String)})
    )
