-- One row per person and trait: the latest statement of the file, from its rows' columns or from calls.
INSERT INTO {new_traits:Identifier} (profile_id, name, value, source, purpose, at)
WITH said AS (
    SELECT user_id, anonymous_id, trait.1 AS name, trait.2 AS value, '' AS purpose, at, row_number
    FROM {lines:Identifier}
    ARRAY JOIN arrayZip(mapKeys(traits), mapValues(traits)) AS trait
    WHERE status = 'accepted' AND row_number NOT IN (SELECT row_number FROM {repeats:Identifier})
    UNION ALL
    SELECT user_id, anonymous_id, name, value, purpose, at, row_number
    FROM {said_traits:Identifier}
    WHERE row_number NOT IN (SELECT row_number FROM {repeats:Identifier})
)
SELECT profile, name, argMax(value, (said_at, row_number)), {source:String}, argMax(purpose, (said_at, row_number)), max(said_at)
FROM (
    SELECT
        multiIf(said.user_id != '', said.user_id, said.anonymous_id = '', '', next.user_id != '', next.user_id,
            last.user_id != '', last.user_id, said.anonymous_id) AS profile,
        said.name AS name, said.value AS value, said.purpose AS purpose, said.at AS said_at, said.row_number AS row_number
    FROM said
    ASOF LEFT JOIN {links:Identifier} AS next ON said.anonymous_id = next.anonymous_id AND said.at <= next.at
    ASOF LEFT JOIN {links:Identifier} AS last ON said.anonymous_id = last.anonymous_id AND said.at >= last.at
)
WHERE profile != ''
GROUP BY profile, name
