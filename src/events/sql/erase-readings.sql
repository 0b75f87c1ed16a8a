-- Rewrites the parts that hold readings of these events.
ALTER TABLE {table:Identifier} DELETE WHERE event_id IN {event_ids:Array(String)} SETTINGS mutations_sync = 2
