-- One row per row of a month, under the profile that it belongs to by now; reads that month.
INSERT INTO squash_copy
SELECT e.* REPLACE (
    ifNull(nullIf(arrayFirst(span -> e.at > span.1 AND e.at <= span.2, o.spans).3, ''), e.profile_id) AS profile_id
)
FROM {events:Identifier} AS e
LEFT ANY JOIN (SELECT id_kind, id, spans FROM profile_overrides FINAL WHERE squashed = 0) AS o
    ON if(e.user_id = '', 'anonymous_id', 'user_id') = o.id_kind AND if(e.user_id = '', e.anonymous_id, e.user_id) = o.id
WHERE toYYYYMM(e.at) = toUInt32({partition:String})
