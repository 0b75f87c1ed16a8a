-- One row: how many rows of files are set aside; reads the quarantine, which holds 30 days.
SELECT count() AS rows
FROM quarantine FINAL
WHERE import_id NOT IN {import_ids:Array(String)}
    AND ({import_id:String} = '' OR startsWith(import_id, {import_id:String}))
    AND ({source:String} = '' OR source = {source:String})
    AND ({reason:String} = '' OR reason = {reason:String})
    AND ({row_number:Nullable(UInt64)} IS NULL OR row_number = {row_number:Nullable(UInt64)})
