-- One row: the item of an id; reads its part of the table.
SELECT
    item_id,
    name,
    name_zh,
    description,
    description_zh,
    category,
    category_zh,
    brand,
    toFloat64(price) AS price,
    currency,
    attributes,
    source,
    updated_at
FROM items FINAL
WHERE item_id = {item_id:String}
