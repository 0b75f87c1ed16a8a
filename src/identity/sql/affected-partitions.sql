-- One row per month with rows that lie under another profile than they belong to; reads five columns of all events.
SELECT toString(toYYYYMM(e.at)) AS partition
FROM events AS e
LEFT ANY JOIN (SELECT id_kind, id, spans FROM profile_overrides FINAL WHERE squashed = 0) AS o
    ON if(e.user_id = '', 'anonymous_id', 'user_id') = o.id_kind AND if(e.user_id = '', e.anonymous_id, e.user_id) = o.id
WHERE arrayExists(span -> e.at > span.1 AND e.at <= span.2 AND span.3 != e.profile_id, o.spans)
GROUP BY partition
ORDER BY partition
