-- One row: limits and bands of bought product lines at or before the cut; scans the purchases before it.
SELECT
    count() AS line_count,
    quantileExactWeighted(0.999)(quantity, 1) AS quantity_limit,
    quantileExactWeighted(0.999)(toFloat64(price), 1) AS price_limit,
    quantilesExactWeighted(0.2, 0.4, 0.6, 0.8)(toFloat64(price), 1) AS price_band_edges
FROM {history:Identifier}
WHERE kind = 'purchase'
    AND line_type = 'product'
    AND at <= fromUnixTimestamp64Milli({as_of_ms:Int64}, 'UTC')
    AND profile_id != ''
    AND NOT has(marks, 'bot')
