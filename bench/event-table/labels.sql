-- One row per profile that bought in the 90 days after a cut: units and spend; reads that window.
SELECT profile_id, sum(quantity) AS units, sum(amount) AS spend
FROM {table:Identifier}
WHERE kind = 'purchase' AND at >= {cut:DateTime64(3)} AND at < {cut:DateTime64(3)} + INTERVAL 90 DAY
GROUP BY profile_id
FORMAT Null
