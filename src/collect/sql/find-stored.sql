-- One row per row of the file whose event is stored already; scans the stored ids within the file's time.
INSERT INTO {repeats:Identifier} (row_number, why)
SELECT DISTINCT row_number, 'stored'
FROM {lines:Identifier}
WHERE status = 'accepted' AND kind != ''
    AND event_id IN (
        SELECT event_id FROM events WHERE at >= {from:DateTime64(3)} AND at <= {to:DateTime64(3)}
    )
    AND row_number NOT IN (SELECT row_number FROM {repeats:Identifier})
