-- One row per trait and source: the latest statement of any id of one profile, facts taken back left out; scans identities,
-- which is small beside the events, and reads the statements of those ids by their key.
WITH own_ids AS (
    SELECT toString(kind) AS kind, id
    FROM identities FINAL
    WHERE profile_id = {profile_id:String}
    UNION ALL
    -- Ids that nothing is known of stand for themselves.
    SELECT kind, {profile_id:String} AS id
    FROM (SELECT arrayJoin(['user_id', 'anonymous_id']) AS kind)
    WHERE kind NOT IN (
        SELECT toString(kind) FROM identities FINAL WHERE id = {profile_id:String} AND profile_id != {profile_id:String}
    )
)
SELECT name, latest.1 AS value, source, latest.2 AS purpose, said_at AS at
FROM (
    SELECT
        name,
        source,
        -- Of statements of one moment the user's counts before the device's, then the greater text (trait-facts.ts).
        argMax((value, toString(purpose)), (s.at, s.id_kind, value, toString(purpose))) AS latest,
        max(s.at) AS said_at
    FROM trait_statements AS s FINAL
    WHERE (id_kind, id) IN (SELECT kind, id FROM own_ids)
    GROUP BY name, source
)
WHERE value != ''
ORDER BY name, source
