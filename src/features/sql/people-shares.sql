-- One row per share of all people, in the order of their ids: where it begins. A share holds about {lines_per_share} lines,
-- those of one person together; scans the ids of the history. Counted where rows are stored: a share is a range of ids, so
-- everyone is in one, also those whose rows were stored as somebody else's.
SELECT min(profile_id) AS starts_at
FROM (
    SELECT profile_id, sum(line_count) OVER (ORDER BY profile_id) - line_count AS lines_before
    FROM (SELECT profile_id, count() AS line_count FROM events WHERE profile_id != '' GROUP BY profile_id)
)
GROUP BY intDiv(lines_before, {lines_per_share:UInt64})
ORDER BY starts_at
