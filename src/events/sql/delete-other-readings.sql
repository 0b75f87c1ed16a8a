-- Rewrites the parts that hold other versions.
ALTER TABLE {table:Identifier} DELETE WHERE version != {version:String} SETTINGS mutations_sync = 2
