-- One row per interest group of the active fit: its label and its name in both languages; small.
SELECT
    tupleElement(group, 'label') AS label,
    tupleElement(tupleElement(group, 'name'), 'en') AS en,
    tupleElement(tupleElement(group, 'name'), 'zh') AS zh
FROM models FINAL
ARRAY JOIN
    JSONExtract(model, 'groups', 'Array(Tuple(label String, name Tuple(en String, zh String)))') AS group
WHERE name = 'interest-groups' AND status = 'active'
