-- One row per profile that bought of a category in the last 30 days; reads the purchases since then.
SELECT profile_id
FROM {table:Identifier}
WHERE kind = 'purchase' AND at >= {cut:DateTime64(3)} - INTERVAL 30 DAY AND at < {cut:DateTime64(3)}
    AND item_id IN (SELECT 'sku-' || toString(number) FROM numbers(20000) WHERE number % 40 = 7)
GROUP BY profile_id
FORMAT Null
