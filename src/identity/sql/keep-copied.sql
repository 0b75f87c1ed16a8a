-- One row per row of a finished copy of a month.
INSERT INTO {mended:Identifier} SELECT * FROM {copy:Identifier}
