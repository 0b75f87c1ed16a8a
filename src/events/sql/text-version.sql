-- At most one row: the version of the models whose readings are whole.
SELECT version
FROM models FINAL
WHERE name = 'text_readings' AND status = 'active'
ORDER BY updated_at DESC
LIMIT 1
