-- One row per applied migration; reads the whole small table.
SELECT number, name, checksum
FROM migrations FINAL
ORDER BY number
