-- One row per id whose rows are being erased; in memory, so that no id is written to disk.
CREATE TABLE IF NOT EXISTS erasing (id String) ENGINE = Memory
