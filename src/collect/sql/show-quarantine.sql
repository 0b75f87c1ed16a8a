-- At most one row: a row or call that was set aside, with its content; its import by its id or the first letters of it.
SELECT
    q.import_id AS importId, i.file_name AS fileName, q.source AS source, q.row_number AS rowNumber, q.reason AS reason,
    q.detail AS detail, q.at AS at, q.raw AS raw
FROM quarantine AS q FINAL
LEFT JOIN (SELECT import_id, file_name FROM imports FINAL) AS i ON q.import_id = i.import_id
WHERE startsWith(q.import_id, {import_id:String}) AND q.row_number = {row_number:UInt64}
ORDER BY q.import_id = {import_id:String} DESC, q.import_id
LIMIT 1
