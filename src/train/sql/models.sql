-- One row per registered fit without its weights, newest first; small.
SELECT name, version, status, as_of, updated_at, evaluation, record
FROM models FINAL
ORDER BY as_of DESC, updated_at DESC, name
