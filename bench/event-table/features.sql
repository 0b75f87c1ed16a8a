-- One row per profile: the aggregates behind recency, frequency, spend and breadth as of a cut; reads the history before it.
SELECT
    profile_id,
    countIf(kind = 'purchase') AS purchases,
    sumIf(amount, kind = 'purchase') AS spend,
    maxIf(at, kind = 'purchase') AS last_purchase,
    min(at) AS first_seen,
    countIf(kind = 'view' AND at >= {cut:DateTime64(3)} - INTERVAL 30 DAY) AS recent_views,
    uniqIf(item_id, kind IN ('view', 'purchase')) AS items,
    avgIf(dwell_ms, kind = 'view') AS dwell,
    sum(exp(-dateDiff('day', at, {cut:DateTime64(3)}) / 30)) AS activity
FROM {table:Identifier}
WHERE at < {cut:DateTime64(3)} AND profile_id != ''
GROUP BY profile_id
FORMAT Null
