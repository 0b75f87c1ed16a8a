-- One row per person who satisfies every condition given (an empty name is no condition), best first; scans the
-- features and scores of one cut.
SELECT
    f.profile_id AS id,
    f.numbers AS numbers,
    f.labels AS labels,
    s.value AS score
FROM (
    SELECT profile_id, numbers, labels
    FROM profile_features FINAL
    WHERE as_of = fromUnixTimestamp64Milli({as_of_ms:Int64}, 'UTC')
        AND (
            {feature:String} = ''
            OR numbers[{feature:String}] BETWEEN {feature_low:Float64} AND {feature_high:Float64}
        )
        AND (
            {trait:String} = ''
            OR labels[{trait:String}] = {trait_value:String}
            OR profile_id IN (
                SELECT if(i.profile_id = '', s.id, i.profile_id) AS owner
                FROM (SELECT * FROM trait_statements FINAL WHERE {trait:String} != '') AS s
                LEFT ANY JOIN (
                    SELECT kind, id, profile_id
                    FROM identities FINAL
                    WHERE {trait:String} != '' AND kind IN ('user_id', 'anonymous_id')
                ) AS i ON s.id_kind = i.kind AND s.id = i.id
                WHERE s.name IN ({trait:String}, concat('address.', {trait:String}))
                GROUP BY owner, s.name, s.source
                HAVING argMax(s.value, (s.at, s.id_kind, s.value)) = {trait_value:String}
            )
        )
        AND (
            {group:String} = ''
            OR profile_id IN (
                SELECT profile_id
                FROM scores FINAL
                WHERE model = 'interest-group'
                    AND as_of = fromUnixTimestamp64Milli({as_of_ms:Int64}, 'UTC')
                    AND label = {group:String}
            )
        )
) AS f
LEFT JOIN (
    SELECT profile_id, value
    FROM scores FINAL
    WHERE model = {score:String}
        AND horizon_days = {score_horizon_days:UInt16}
        AND as_of = fromUnixTimestamp64Milli({as_of_ms:Int64}, 'UTC')
) AS s ON s.profile_id = f.profile_id
WHERE {score:String} = '' OR (s.profile_id != '' AND s.value BETWEEN {score_low:Float64} AND {score_high:Float64})
ORDER BY if({score:String} = '', f.numbers['spend'], s.value) DESC, id
LIMIT {limit:UInt32}
