-- One row: the commonest currency of purchases, empty where none is stated; scans purchase lines.
SELECT topK(1)(currency)[1] AS currency
FROM events
WHERE kind = 'purchase'
