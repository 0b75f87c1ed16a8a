-- One row: the engine's clock in seconds since 1970, and the database that is in use.
SELECT toUnixTimestamp(now()) AS now_s, currentDatabase() AS database
