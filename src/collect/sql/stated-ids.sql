-- One row per id that a file states traits of; scans what was prepared of the file.
SELECT DISTINCT id_kind AS kind, id
FROM {new_traits:Identifier}
