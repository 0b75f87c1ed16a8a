-- Everything prepared goes where readers find it, each row under the profile that it belongs to by now.
INSERT INTO events
SELECT e.* REPLACE (if(o.profile_id = '', e.profile_id, o.profile_id) AS profile_id)
FROM {new_events:Identifier} AS e
ASOF LEFT JOIN {owners:Identifier} AS o
    ON if(e.user_id = '', 'anonymous_id', 'user_id') = o.id_kind AND if(e.user_id = '', e.anonymous_id, e.user_id) = o.id
        AND e.at <= o.until_at
