-- One row per row or call that was set aside, the newest first; reads the quarantine, which holds 30 days.
SELECT
    q.import_id AS importId, i.file_name AS fileName, q.source AS source, q.row_number AS rowNumber, q.reason AS reason,
    q.detail AS detail, q.at AS at
FROM quarantine AS q FINAL
LEFT JOIN (SELECT import_id, file_name FROM imports FINAL) AS i ON q.import_id = i.import_id
WHERE ({import_id:String} = '' OR q.import_id = {import_id:String})
    AND ({source:String} = '' OR q.source = {source:String})
    AND ({reason:String} = '' OR q.reason = {reason:String})
ORDER BY q.at DESC, q.import_id, q.row_number
LIMIT {limit:UInt32}
