-- One row per fit of a name whose version begins so, with its weights; a few.
SELECT name, version, status, as_of, updated_at, evaluation, record, model
FROM models FINAL
WHERE name = {name:String} AND startsWith(version, {prefix:String})
