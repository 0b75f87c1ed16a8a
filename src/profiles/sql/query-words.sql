-- One row: the names that conditions on profiles can use at a cut; scans the names of features, traits and scores.
SELECT
    (
        SELECT arraySort(groupUniqArrayArray(mapKeys(numbers)))
        FROM profile_features
        WHERE as_of = fromUnixTimestamp64Milli({as_of_ms:Int64}, 'UTC')
    ) AS features,
    (
        SELECT arraySort(groupUniqArrayArray(mapKeys(labels)))
        FROM profile_features
        WHERE as_of = fromUnixTimestamp64Milli({as_of_ms:Int64}, 'UTC')
    ) AS labels,
    (SELECT arraySort(groupUniqArray(name)) FROM trait_statements WHERE value != '') AS traits,
    (
        SELECT arraySort(groupUniqArray(if(horizon_days = 0, model, concat(model, '/', toString(horizon_days)))))
        FROM scores
        WHERE as_of = fromUnixTimestamp64Milli({as_of_ms:Int64}, 'UTC') AND model != 'interest-group'
    ) AS scores
