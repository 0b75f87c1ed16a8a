-- One row per judged fit that a score may name, with the part of its evaluation that tells how far to trust it; small.
SELECT
    version,
    JSONExtractString(evaluation, 'verdict', 'kind') AS verdict,
    JSONExtractString(evaluation, 'verdict', 'metric') AS metric,
    JSONExtractFloat(evaluation, 'verdict', 'difference', 'value') AS difference
FROM models FINAL
WHERE evaluation != ''
