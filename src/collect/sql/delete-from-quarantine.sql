-- Takes calls out of the quarantine; waits until no reader sees them.
DELETE FROM {table:Identifier} WHERE import_id = {import_id:String} AND row_number IN {row_numbers:Array(UInt64)}
SETTINGS lightweight_deletes_sync = 2
