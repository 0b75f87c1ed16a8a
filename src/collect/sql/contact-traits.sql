-- One row per id and contact that the rows of a table state: the latest word of the file.
SELECT
    user_id,
    if(user_id = '', anonymous_id, '') AS anonymous_id,
    trait.1 AS name,
    argMax(trait.2, (l.at, row_number)) AS value,
    argMax(row_number, (l.at, row_number)) AS stated_row,
    toUnixTimestamp64Milli(max(l.at)) AS at_ms
FROM {lines:Identifier} AS l
ARRAY JOIN arrayZip(mapKeys(traits), mapValues(traits)) AS trait
WHERE status = 'accepted' AND has({contact_names:Array(String)}, trait.1)
    AND row_number NOT IN (SELECT row_number FROM {repeats:Identifier})
GROUP BY user_id, anonymous_id, name
