-- One row: the people of the file, as they are known by now.
SELECT uniqExactIf(if(o.profile_id = '', e.profile_id, o.profile_id), e.profile_id != '') AS count
FROM {new_events:Identifier} AS e
ASOF LEFT JOIN {owners:Identifier} AS o
    ON if(e.user_id = '', 'anonymous_id', 'user_id') = o.id_kind AND if(e.user_id = '', e.anonymous_id, e.user_id) = o.id
        AND e.at <= o.until_at
