-- One row per kind of event and type of line: how many lines features can read at the cut; scans the history up to it.
SELECT toString(kind) AS kind, toString(line_type) AS line_type, count() AS count
FROM {history:Identifier}
WHERE at <= fromUnixTimestamp64Milli({as_of_ms:Int64}, 'UTC') AND profile_id != '' AND NOT has(marks, 'bot')
GROUP BY kind, line_type
