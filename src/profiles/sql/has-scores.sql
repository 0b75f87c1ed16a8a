-- One row: whether models said anything of anybody as of a cut; reads the model column until the first row.
SELECT count() > 0 AS has_scores
FROM (
    SELECT 1 FROM scores WHERE as_of = fromUnixTimestamp64Milli({as_of_ms:Int64}, 'UTC') LIMIT 1
    UNION ALL
    SELECT 1 FROM needs WHERE as_of = fromUnixTimestamp64Milli({as_of_ms:Int64}, 'UTC') LIMIT 1
)
