-- Rewrites the parts that hold rows of the ids. The engine keeps the statement as a file beside the parts, so no id stands
-- in it.
ALTER TABLE {table:Identifier} DELETE WHERE {column:Identifier} IN (SELECT id FROM erasing)
