-- One row per id: the profile it belongs to by the latest word of the file. A device without a person is its own profile.
INSERT INTO {new_identities:Identifier} (kind, id, profile_id, source, at)
WITH said AS (
    SELECT 'user_id' AS kind, user_id AS id, user_id AS profile, max(at) AS seen_at
    FROM {new_events:Identifier}
    WHERE user_id != ''
    GROUP BY user_id
    UNION ALL
    SELECT 'anonymous_id' AS kind, anonymous_id AS id, argMax(profile_id, (user_id != '', at)) AS profile, max(at) AS seen_at
    FROM {new_events:Identifier}
    WHERE anonymous_id != ''
    GROUP BY anonymous_id
    UNION ALL
    SELECT
        ids.kind, ids.id,
        multiIf(ids.user_id != '', ids.user_id, next.user_id != '', next.user_id, last.user_id != '', last.user_id,
            ids.anonymous_id) AS profile,
        ids.at AS seen_at
    FROM {said_ids:Identifier} AS ids
    ASOF LEFT JOIN {links:Identifier} AS next ON ids.anonymous_id = next.anonymous_id AND ids.at <= next.at
    ASOF LEFT JOIN {links:Identifier} AS last ON ids.anonymous_id = last.anonymous_id AND ids.at >= last.at
    WHERE ids.row_number NOT IN (SELECT row_number FROM {repeats:Identifier})
)
SELECT kind, id, argMax(profile, (profile != id, seen_at)), {source:String}, max(seen_at)
FROM said
WHERE profile != ''
GROUP BY kind, id
