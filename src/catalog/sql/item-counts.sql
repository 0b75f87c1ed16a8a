-- One row: how many items there are, and of how many something is missing; scans the items.
SELECT
    count() AS item_count,
    countIf(name = '' AND name_zh = '') AS unnamed_count,
    countIf(price = 0) AS unpriced_count,
    countIf(empty(category)) AS uncategorised_count
FROM items FINAL
