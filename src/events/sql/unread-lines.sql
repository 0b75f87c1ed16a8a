-- One row per search or review with words that has no reading of a version, in one slice of a month; scans that month and the version.
WITH slice AS (
    SELECT event_id, line_index, kind, query, text
    FROM events
    WHERE (kind = 'search' AND query != '' OR kind = 'review' AND text != '') AND toYYYYMM(at) = {month:UInt32}
        AND ({import_id:String} = '' OR import_id = {import_id:String})
        AND cityHash64(event_id) % {slice_count:UInt32} = {slice:UInt32}
)
SELECT event_id AS eventId, line_index AS lineIndex, kind, query, text
FROM slice
WHERE (event_id, line_index) GLOBAL NOT IN (
    SELECT event_id, line_index
    FROM text_readings
    WHERE version = {version:String} AND event_id GLOBAL IN (SELECT event_id FROM slice)
)
