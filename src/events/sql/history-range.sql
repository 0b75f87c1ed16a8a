-- One row: the extent of the whole history; scans the times and profile ids.
SELECT
    count() AS line_count,
    uniqExactIf(profile_id, profile_id != '') AS profile_count,
    toUnixTimestamp64Milli(min(at)) AS first_ms,
    toUnixTimestamp64Milli(max(at)) AS last_ms
FROM {history:Identifier}
