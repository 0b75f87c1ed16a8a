-- At most one row: the fit of a version, else the active fit of a name.
SELECT name, version, status, as_of, updated_at, evaluation, record, model
FROM models FINAL
WHERE version = {key:String} OR (name = {key:String} AND status = 'active')
ORDER BY version = {key:String} DESC, as_of DESC, updated_at DESC
LIMIT 1
