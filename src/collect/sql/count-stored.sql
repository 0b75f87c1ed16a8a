-- One row: whether any event is stored within the file's time.
SELECT count() AS count
FROM (SELECT 1 FROM events WHERE at >= {from:DateTime64(3)} AND at <= {to:DateTime64(3)} LIMIT 1)
