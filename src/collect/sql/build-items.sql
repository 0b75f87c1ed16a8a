-- One row per item that the file tells of. For each word of it, what the file states (a catalogue, a product of a call)
-- counts first, then what is stored, then what its sales show: the name on most lines, the median price; last what live
-- events said in passing, which anybody can send with a browser's key.
INSERT INTO {new_items:Identifier} (
    item_id, name, name_zh, description, description_zh, category, category_zh, brand, price, currency, attributes, source,
    updated_at
)
WITH
    accepted AS (
        SELECT *
        FROM {lines:Identifier}
        WHERE status = 'accepted' AND kind != '' AND item_id != ''
            AND row_number NOT IN (SELECT row_number FROM {repeats:Identifier})
    ),
    -- Of two names as frequent, the last in the alphabet.
    named AS (
        SELECT item_id, argMax(item_name, (line_count, item_name)) AS name
        FROM (
            SELECT item_id, item_name, count() AS line_count
            FROM accepted
            WHERE item_name != ''
            GROUP BY item_id, item_name
        )
        GROUP BY item_id
    ),
    sold AS (
        SELECT
            item_id,
            argMaxIf(item_description, at, item_description != '') AS description,
            argMaxIf(item_category, at, notEmpty(item_category)) AS category,
            argMaxIf(item_brand, at, item_brand != '') AS brand,
            quantileExactWeightedIf(0.5)(price, toUInt64(1), kind IN ('purchase', 'refund') AND price > 0) AS price,
            argMaxIf(currency, at, currency != '') AS currency
        FROM accepted
        GROUP BY item_id
    ),
    -- Rank, then time within it: the highest that says anything counts.
    facts AS (
        SELECT
            item_id, (toUInt8(3), at, row_number) AS rank, name, name_zh, description, description_zh, category,
            category_zh, brand, price, currency, attributes
        FROM {said_items:Identifier}
        UNION ALL
        SELECT
            item_id, (toUInt8(if(startsWith(source, 'event:'), 0, 2)), updated_at, toUInt64(0)) AS rank, name, name_zh, description, description_zh,
            CAST(category, 'Array(String)'), CAST(category_zh, 'Array(String)'), toString(brand), price, toString(currency), CAST(attributes, 'Map(String, String)')
        FROM items FINAL
        WHERE item_id GLOBAL IN (SELECT item_id FROM {lines:Identifier}) OR item_id GLOBAL IN (SELECT item_id FROM {said_items:Identifier})
        UNION ALL
        SELECT
            sold.item_id, (toUInt8(1), toDateTime64(0, 3, 'UTC'), toUInt64(0)) AS rank, named.name, '', sold.description, '',
            sold.category, CAST([], 'Array(String)'), sold.brand, sold.price, toString(sold.currency), CAST(map(), 'Map(String, String)')
        FROM sold
        LEFT JOIN named ON sold.item_id = named.item_id
    )
SELECT
    item_id,
    argMaxIf(name, rank, name != ''),
    argMaxIf(name_zh, rank, name_zh != ''),
    argMaxIf(description, rank, description != ''),
    argMaxIf(description_zh, rank, description_zh != ''),
    argMaxIf(category, rank, notEmpty(category)),
    argMaxIf(category_zh, rank, notEmpty(category_zh)),
    argMaxIf(brand, rank, brand != ''),
    argMaxIf(price, rank, price > 0),
    argMaxIf(currency, rank, currency != ''),
    argMaxIf(attributes, rank, notEmpty(attributes)),
    {source:String},
    {now:DateTime64(3)}
FROM facts
GROUP BY item_id
