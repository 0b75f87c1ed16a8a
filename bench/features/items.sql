-- One row per synthetic item of bench/event-table/source-events.sql: 40 categories, 300 brands.
INSERT INTO items (item_id, name, category, brand, price, updated_at)
SELECT
    'sku-' || toString(number),
    'item ' || toString(number),
    ['category ' || toString(number % 40), 'narrower'],
    'brand ' || toString(sipHash64(number) % 300),
    (100 + sipHash64(number) % 20000) / 100,
    toDateTime64('2025-01-01 00:00:00', 3, 'UTC')
FROM numbers(20000)
