-- One row per item (is_group 0) and per group of items (1: a category, or a topic where level is 0) that was bought at or
-- before the cut, those of most purchases of late first, at most {limit} of each; scans the purchases before the cut.
WITH facts AS (
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
    GROUP BY item_id
)
SELECT
    is_group,
    target,
    any(own_group) AS group_name,
    count() AS buyer_count,
    sum(own_days) AS day_count,
    sum(own_weight) AS weight,
    sum(own_units) AS units,
    sum(own_spend) AS spend,
    countIf(own_days > 1) AS repeater_count,
    sum(own_span_days) AS span_days,
    sum(own_units_recent) AS units_recent,
    sum(own_units_before) AS units_before,
    sum(own_units_year) AS units_year,
    sum(own_units_season) AS units_season
FROM (
    SELECT
        pair.1 AS is_group,
        pair.2 AS target,
        pair.3 AS own_group,
        profile_id,
        uniqExact(intDiv(age_ms, 86400000)) AS own_days,
        sum(exp2(-(age_ms / 86400000) / {half_life_days:Float64})) AS own_weight,
        sum(quantity) AS own_units,
        toFloat64(sum(amount)) AS own_spend,
        (max(age_ms) - min(age_ms)) / 86400000 AS own_span_days,
        sumIf(quantity, age_ms < {horizon_days:UInt32} * 86400000) AS own_units_recent,
        sumIf(quantity, age_ms >= {horizon_days:UInt32} * 86400000 AND age_ms < {horizon_days:UInt32} * 172800000) AS own_units_before,
        sumIf(quantity, age_ms < 365 * 86400000) AS own_units_year,
        sumIf(quantity, age_ms < 365 * 86400000 AND age_ms >= (365 - {horizon_days:Int32}) * 86400000) AS own_units_season
    FROM (
        SELECT
            profile_id,
            quantity,
            amount,
            {cut_ms:Int64} - toUnixTimestamp64Milli(at) AS age_ms,
            arrayJoin(if(group_name = '', [(0, item_id, '')], [(0, item_id, group_name), (1, group_name, group_name)])) AS pair
        FROM {history:Identifier} AS lines
        GLOBAL ANY LEFT JOIN facts USING (item_id)
        WHERE kind = 'purchase'
            AND line_type = 'product'
            AND item_id != ''
            AND at <= fromUnixTimestamp64Milli({cut_ms:Int64}, 'UTC')
            AND profile_id != ''
            AND NOT has(marks, 'bot')
    )
    GROUP BY is_group, target, own_group, profile_id
)
GROUP BY is_group, target
ORDER BY is_group, weight DESC, target
LIMIT {limit:UInt32} BY is_group
