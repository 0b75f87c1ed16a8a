-- One row: how many rows are to be erased; reads one column of the table.
SELECT count() AS count
FROM {table:Identifier}
WHERE {column:Identifier} GLOBAL IN (SELECT id FROM erasing)
