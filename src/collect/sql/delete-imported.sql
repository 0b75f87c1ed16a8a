ALTER TABLE {table:Identifier} DELETE WHERE import_id = {import_id:String} SETTINGS mutations_sync = 2
