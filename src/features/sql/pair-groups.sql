-- One row per item of a group (a category, or a topic where level is 0) that anyone bought or looked at by the cut: its
-- group. Scans the items, or the tags of the version, and the item ids of the lines before the cut.
SELECT item_id, max(name) AS group_name
FROM (
    SELECT item_id, toString(category[least({level:UInt8}, length(category))]) AS name
    FROM items FINAL
    WHERE {level:UInt8} > 0 AND notEmpty(category)
    UNION ALL
    SELECT item_id, argMax(toString(tag), (weight, tag))
    FROM item_tags FINAL
    WHERE {level:UInt8} = 0 AND model = 'topics' AND version = {version:String}
    GROUP BY item_id
)
WHERE item_id GLOBAL IN (
    SELECT item_id
    FROM {history:Identifier}
    WHERE item_id != '' AND profile_id != '' AND at <= fromUnixTimestamp64Milli({cut_ms:Int64}, 'UTC')
)
GROUP BY item_id
