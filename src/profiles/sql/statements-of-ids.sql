-- One row per statement: the latest of each source on each trait of the given ids, facts taken back included; reads the
-- statements of those ids by their key.
SELECT id_kind, id, name, value, source, purpose, toUnixTimestamp64Milli(at) AS at_ms
FROM trait_statements FINAL
WHERE (id_kind, id) IN (SELECT arrayJoin(arrayZip({id_kinds:Array(String)}, {ids:Array(String)})))
