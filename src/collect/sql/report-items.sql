-- One row: the items that will be stored, and the people's facts.
SELECT
    count() AS count,
    countIf(name = '') AS withoutNameCount,
    countIf(description = '' AND name = '') AS withoutDescriptionCount,
    countIf(price = 0) AS withoutPriceCount
FROM {new_items:Identifier}
