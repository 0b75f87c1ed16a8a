-- One row per cut that a model scored people at, newest first; reads the model's rows of three columns.
SELECT toUnixTimestamp64Milli(as_of) AS as_of_ms
FROM scores
WHERE model = {model:String} AND horizon_days = {horizon_days:UInt16}
GROUP BY as_of
ORDER BY as_of DESC
LIMIT 24
