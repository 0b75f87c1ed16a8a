-- One row per table of this database that holds rows on this node; reads system tables alone.
SELECT table AS name, sum(rows) AS rows, sum(bytes_on_disk) AS bytes
FROM system.parts
WHERE database = currentDatabase() AND active
GROUP BY name
ORDER BY name
