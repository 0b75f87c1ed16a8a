-- At most one row: a row that was set aside, with its content.
SELECT
    q.import_id AS importId, i.file_name AS fileName, q.row_number AS rowNumber, q.reason AS reason, q.detail AS detail, q.at AS at,
    q.raw AS raw
FROM quarantine AS q FINAL
LEFT JOIN (SELECT import_id, file_name FROM imports FINAL) AS i ON q.import_id = i.import_id
WHERE q.import_id = {import_id:String} AND q.row_number = {row_number:UInt64}
LIMIT 1
