-- One row: when the events of the file happened, and whether any stored ones lie within that time.
SELECT
    min(at) AS from_at,
    max(at) AS to_at,
    count() AS line_count,
    countIf(anonymous_id != '') AS device_line_count
FROM {lines:Identifier}
WHERE status = 'accepted' AND kind != ''
