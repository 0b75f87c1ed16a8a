-- One row per reason, per why and for what was stored: how many rows of the file.
SELECT part, name, count
FROM (
    SELECT 'quarantined' AS part, toString(reason) AS name, uniqExact(row_number) AS count
    FROM {lines:Identifier} WHERE status = 'quarantined' GROUP BY reason
    UNION ALL
    SELECT 'duplicate' AS part, toString(why) AS name, uniqExact(row_number) AS count
    FROM {repeats:Identifier} GROUP BY why
    UNION ALL
    SELECT 'stored' AS part, '' AS name, uniqExact(row_number) AS count
    FROM {lines:Identifier}
    WHERE status = 'accepted' AND row_number NOT IN (SELECT row_number FROM {repeats:Identifier})
    UNION ALL
    SELECT 'fixed' AS part, toString(fix) AS name, count() AS count
    FROM {lines:Identifier} ARRAY JOIN fixes AS fix
    WHERE status = 'accepted' AND row_number NOT IN (SELECT row_number FROM {repeats:Identifier})
    GROUP BY fix
    UNION ALL
    SELECT 'kind' AS part, toString(kind) AS name, count() AS count FROM {new_events:Identifier} GROUP BY kind
    UNION ALL
    SELECT 'line_type' AS part, toString(line_type) AS name, count() AS count FROM {new_events:Identifier}
    WHERE kind IN ('purchase', 'refund', 'custom') GROUP BY line_type
    UNION ALL
    SELECT 'mark' AS part, toString(mark) AS name, count() AS count
    FROM {new_events:Identifier} ARRAY JOIN marks AS mark GROUP BY mark
)
ORDER BY part, name
