-- One row per row of the file that says what an earlier row of it has said; reads all accepted lines once.
INSERT INTO {repeats:Identifier} (row_number, why)
SELECT DISTINCT l.row_number, 'repeat'
FROM {lines:Identifier} AS l
INNER JOIN (
    SELECT event_id, min(row_number) AS first_row
    FROM {lines:Identifier}
    WHERE status = 'accepted' AND event_id != ''
    GROUP BY event_id
    HAVING max(row_number) != min(row_number)
) AS told ON l.event_id = told.event_id
WHERE l.status = 'accepted' AND l.row_number != told.first_row
