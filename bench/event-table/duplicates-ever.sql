-- One row: how many of a batch's 10,000 events are stored already, whatever their time; half of them are.
SELECT count() AS count
FROM {table:Identifier}
WHERE event_id IN (SELECT event_id FROM batch)
