-- One row: the last event at or before a moment, NULL when there is none; scans the times of the newest months.
SELECT if(count() = 0, NULL, toUnixTimestamp64Milli(max(at))) AS last_ms
FROM events
WHERE at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC') AND profile_id != '' AND NOT has(marks, 'bot')
