-- One row: Tukey's far-out fences (three interquartile ranges) of quantity and price of sold goods, on the log scale
-- because both spread by factors. The range counts at least a factor of two, so that equal values fence nobody in.
-- Values are rounded to 1 %, which bounds the memory and makes the answer the same each time.
WITH
    quantilesExactWeighted(0.25, 0.75)(round(log(quantity), 2), toUInt64(1)) AS quantity_quartiles,
    quantilesExactWeighted(0.25, 0.75)(round(log(toFloat64(price)), 2), toUInt64(1)) AS price_quartiles
SELECT
    if(count() < 100, 0, exp(quantity_quartiles[2] + 3 * greatest(quantity_quartiles[2] - quantity_quartiles[1], log(2)))) AS quantity_high,
    if(count() < 100, 0, exp(price_quartiles[2] + 3 * greatest(price_quartiles[2] - price_quartiles[1], log(2)))) AS price_high,
    if(count() < 100, 0, exp(price_quartiles[1] - 3 * greatest(price_quartiles[2] - price_quartiles[1], log(2)))) AS price_low
FROM {lines:Identifier}
WHERE status = 'accepted' AND kind = 'purchase' AND line_type = 'product' AND quantity > 0 AND price > 0
