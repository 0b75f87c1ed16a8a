-- One row per person with an interest group by a cut: the latest one; reads the rows of that model.
SELECT profile_id, argMax(label, as_of) AS label
FROM scores
WHERE model = 'interest-group' AND as_of <= fromUnixTimestamp64Milli({as_of_ms:Int64}, 'UTC')
GROUP BY profile_id
