-- One row per table that an import left behind.
SELECT name FROM system.tables WHERE database = currentDatabase() AND startsWith(name, 'staging_')
