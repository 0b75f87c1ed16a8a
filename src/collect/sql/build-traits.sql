-- One row per id and trait: the latest statement of the file, from its rows' columns or from calls. It belongs to the user
-- where one was named, else to the device.
INSERT INTO {new_traits:Identifier} (id_kind, id, name, value, source, purpose, at)
WITH said AS (
    SELECT user_id, anonymous_id, trait.1 AS name, trait.2 AS value, '' AS purpose, at, row_number
    FROM {lines:Identifier}
    ARRAY JOIN arrayZip(mapKeys(traits), mapValues(traits)) AS trait
    -- Contacts are taken from `said_traits`, as they may be kept.
    WHERE status = 'accepted' AND NOT has({contact_names:Array(String)}, trait.1)
        AND row_number NOT IN (SELECT row_number FROM {repeats:Identifier})
    UNION ALL
    SELECT user_id, anonymous_id, name, value, purpose, at, row_number
    FROM {said_traits:Identifier}
    WHERE row_number NOT IN (SELECT row_number FROM {repeats:Identifier})
)
SELECT
    if(user_id = '', 'anonymous_id', 'user_id') AS id_kind,
    if(user_id = '', anonymous_id, user_id) AS id,
    name,
    argMax(value, (said.at, row_number)),
    {source:String},
    argMax(purpose, (said.at, row_number)),
    max(said.at)
FROM said
WHERE id != ''
GROUP BY id_kind, id, name
