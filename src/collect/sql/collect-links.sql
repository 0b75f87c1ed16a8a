-- One row per device, person and moment at which both were named: in this file, or in what is stored of its devices.
INSERT INTO {links:Identifier} (anonymous_id, user_id, at)
WITH named AS (
    SELECT anonymous_id, user_id, at
    FROM {lines:Identifier}
    WHERE status = 'accepted' AND anonymous_id != '' AND user_id != ''
    UNION ALL
    SELECT if(kind = 'anonymous_id', id, anonymous_id) AS anonymous_id, user_id, at
    FROM {said_ids:Identifier}
    WHERE user_id != '' AND (kind = 'anonymous_id' OR anonymous_id != '')
)
SELECT anonymous_id, user_id, at
FROM (
    SELECT anonymous_id, user_id, arrayJoin([min(named.at), max(named.at)]) AS at
    FROM named
    GROUP BY anonymous_id, user_id
    UNION ALL
    SELECT id AS anonymous_id, profile_id AS user_id, at
    FROM identities FINAL
    WHERE kind = 'anonymous_id' AND profile_id != id
        AND id GLOBAL IN (SELECT anonymous_id FROM {lines:Identifier} WHERE anonymous_id != '')
)
