-- One row: the latest cut that features were saved for; NULL when there is none.
SELECT if(count() = 0, NULL, toUnixTimestamp64Milli(max(as_of))) AS as_of_ms
FROM profile_features
