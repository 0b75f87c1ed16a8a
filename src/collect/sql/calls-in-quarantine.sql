-- One row per call that was set aside up to a moment, in order of import and number, after the one given; reads the
-- quarantine, which holds 30 days.
SELECT import_id AS importId, source, row_number AS rowNumber, raw, toUnixTimestamp64Milli(at) AS atMs
FROM quarantine FINAL
WHERE import_id IN {import_ids:Array(String)}
    AND (import_id, row_number) > ({after_import_id:String}, {after_row_number:UInt64})
    AND ({source:String} = '' OR source = {source:String})
    AND ({reason:String} = '' OR reason = {reason:String})
    AND ({row_number:Nullable(UInt64)} IS NULL OR row_number = {row_number:Nullable(UInt64)})
    AND at <= {until:DateTime64(3)}
ORDER BY import_id, row_number
LIMIT {limit:UInt32}
