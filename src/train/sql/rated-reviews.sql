-- One row per rated review by the cut, newest first, at most so many; scans the reviews.
SELECT text, rating
FROM events
WHERE kind = 'review' AND rating > 0 AND text != '' AND at <= fromUnixTimestamp64Milli({as_of_ms:Int64})
    AND NOT has(marks, 'bot')
ORDER BY at DESC, event_id, line_index
LIMIT {limit:UInt32}
