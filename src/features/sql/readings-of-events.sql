-- One row per line of the given events that models said something of; reads those events' readings by their key.
SELECT event_id, line_index, topic, sentiment
FROM text_readings FINAL
WHERE version = {version:String} AND event_id IN {event_ids:Array(String)}
