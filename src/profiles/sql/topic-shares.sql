-- One row per topic: its mean share in what customers of one cut buy; scans the features of that cut.
WITH shares AS (
    SELECT profile_id, mapFilter((name, _) -> startsWith(name, 'bought_topic/'), numbers) AS topics
    FROM profile_features FINAL
    WHERE as_of = fromUnixTimestamp64Milli({as_of_ms:Int64}, 'UTC') AND numbers['order_count'] > 0
)
SELECT
    substring(name, length('bought_topic/') + 1) AS tag,
    sum(share) / greatest(1, any(customer_count)) AS share
FROM (SELECT topics, countIf(notEmpty(topics)) OVER () AS customer_count FROM shares)
ARRAY JOIN mapKeys(topics) AS name, mapValues(topics) AS share
GROUP BY tag
ORDER BY tag
