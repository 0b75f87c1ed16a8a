-- One row per item: its broadest category, its brand and its heaviest topic; scans items and the tags of one version.
SELECT item_id, max(category) AS category, max(brand) AS brand, max(topic) AS topic
FROM (
    SELECT item_id, toString(category[1]) AS category, toString(brand) AS brand, '' AS topic
    FROM items FINAL
    WHERE empty({item_ids:Array(String)}) OR item_id IN {item_ids:Array(String)}
    UNION ALL
    SELECT item_id, '', '', argMax(toString(tag), (weight, tag))
    FROM item_tags FINAL
    WHERE model = 'topics' AND version = {version:String}
        AND (empty({item_ids:Array(String)}) OR item_id IN {item_ids:Array(String)})
    GROUP BY item_id
)
GROUP BY item_id
