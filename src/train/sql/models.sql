-- One row per registered fit, newest first; small.
SELECT name, version, status, as_of, updated_at, evaluation, model
FROM models FINAL
ORDER BY as_of DESC, updated_at DESC, name
