-- One row per event id of a batch that comes in: 5,000 of one week of the history and 5,000 that are new.
CREATE TABLE batch ENGINE = Memory AS
SELECT event_id FROM source_events
WHERE at >= {since:DateTime64(3)} AND at < {since:DateTime64(3)} + INTERVAL 7 DAY
ORDER BY sipHash64(event_id) LIMIT 5000
UNION ALL
SELECT 'new-' || toString(number) FROM numbers(5000)
