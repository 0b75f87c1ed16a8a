-- One row: the facts of people that will be stored, and the ids that will be learnt of.
SELECT
    (SELECT count() FROM {new_traits:Identifier}) AS traitCount,
    (
        SELECT uniqExact(id)
        FROM (SELECT arrayJoin([(first_kind, first_id), (second_kind, second_id)]) AS id FROM {new_links:Identifier})
    ) AS identityCount
