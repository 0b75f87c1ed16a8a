-- One row per profile with a purchase of a product at or before the cut, from its days with purchases; scans the
-- purchases before the cut.
SELECT
    profile_id,
    count() - 1 AS purchase_count,
    max(day) - min(day) AS recency_days,
    toInt32(toDate32(fromUnixTimestamp64Milli({cut_ms:Int64}, 'UTC'), {time_zone:String})) - min(day) AS age_days,
    if(count() = 1, 0, toFloat64(sum(spend) - argMin(spend, day)) / (count() - 1)) AS mean_spend
FROM (
    SELECT
        profile_id,
        toInt32(toDate32(at, {time_zone:String})) AS day,
        sum(amount) AS spend
    FROM {history:Identifier}
    WHERE kind = 'purchase'
        AND line_type = 'product'
        AND at <= fromUnixTimestamp64Milli({cut_ms:Int64}, 'UTC')
        AND profile_id != ''
        AND NOT has(marks, 'bot')
    GROUP BY profile_id, day
)
GROUP BY profile_id
ORDER BY profile_id
