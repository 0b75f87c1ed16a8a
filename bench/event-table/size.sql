-- One row: what a table takes on disk.
SELECT sum(bytes_on_disk) AS bytes, count() AS parts, sum(rows) AS rows, sum(primary_key_bytes_in_memory) AS key_bytes
FROM system.parts
WHERE database = currentDatabase() AND table = {table:String} AND active
