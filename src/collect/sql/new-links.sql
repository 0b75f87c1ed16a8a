-- One row per statement of the file: those of one device together and ids named alone last, so that an id is seldom first
-- told of without the ids that it goes with.
SELECT kind, first_kind, first_id, second_kind, second_id, source, toUnixTimestamp64Milli(at) AS at_ms
FROM {new_links:Identifier}
ORDER BY
    first_kind = second_kind AND first_id = second_id,
    multiIf(first_kind = 'anonymous_id', first_id, second_kind = 'anonymous_id', second_id, first_id),
    at
