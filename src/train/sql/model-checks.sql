-- One row per version that was looked at: the latest check; small.
SELECT version, argMax(health, checked_at) AS health
FROM model_checks
GROUP BY version
