-- One row: how many of a batch's 10,000 events of one week are stored already; half of them are.
SELECT count() AS count
FROM {table:Identifier}
WHERE at >= {since:DateTime64(3)} AND at < {since:DateTime64(3)} + INTERVAL 7 DAY
    AND event_id IN (SELECT event_id FROM batch)
