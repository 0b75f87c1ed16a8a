-- One row per accepted row of a catalogue: what it says of its item.
INSERT INTO {said_items:Identifier} (
    row_number, item_id, name, name_zh, description, description_zh, category, category_zh, brand, price, currency, attributes, at
)
SELECT
    row_number, item_id, item_name, item_name_zh, item_description, item_description_zh, item_category, item_category_zh, item_brand,
    price, currency, attributes, at
FROM {lines:Identifier}
WHERE status = 'accepted' AND row_number NOT IN (SELECT row_number FROM {repeats:Identifier})
