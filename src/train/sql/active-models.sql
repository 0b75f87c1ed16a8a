-- One row per active fit of a name other than one version, with its weights; as a rule one.
SELECT name, version, status, as_of, updated_at, evaluation, record, model
FROM models FINAL
WHERE name = {name:String} AND status = 'active' AND version != {version:String}
