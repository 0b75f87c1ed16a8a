-- One row: the cut that features were saved for last; NULL when there is none.
SELECT if(count() = 0, NULL, toUnixTimestamp64Milli(argMax(as_of, (computed_at, as_of)))) AS as_of_ms
FROM profile_features
