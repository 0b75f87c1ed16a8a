-- One row per statement about two ids that the file makes, of each minute the first and the last; an id that rows name alone
-- is stated of itself, once.
INSERT INTO {new_links:Identifier} (kind, first_kind, first_id, second_kind, second_id, source, at)
WITH
    named AS (
        SELECT user_id, anonymous_id, at
        FROM {lines:Identifier}
        WHERE status = 'accepted' AND (user_id != '' OR anonymous_id != '')
            AND row_number NOT IN (SELECT row_number FROM {repeats:Identifier})
    ),
    said AS (
        SELECT kind, first_kind, first_id, second_kind, second_id, at
        FROM {said_links:Identifier}
        WHERE row_number NOT IN (SELECT row_number FROM {repeats:Identifier})
        UNION ALL
        SELECT
            'together' AS kind,
            if(user_id = '', 'anonymous_id', 'user_id') AS first_kind,
            if(user_id = '', anonymous_id, user_id) AS first_id,
            if(anonymous_id = '', 'user_id', 'anonymous_id') AS second_kind,
            if(anonymous_id = '', user_id, anonymous_id) AS second_id,
            at
        FROM named
    )
SELECT
    kind, first_kind, first_id, second_kind, second_id, {source:String},
    arrayJoin(if(first_kind = second_kind AND first_id = second_id, [min(said.at)], arrayDistinct([min(said.at), max(said.at)])))
FROM said
GROUP BY
    kind, first_kind, first_id, second_kind, second_id,
    if(first_kind = second_kind AND first_id = second_id, toDateTime(0, 'UTC'), toStartOfMinute(said.at))
