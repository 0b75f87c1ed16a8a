-- One row per person whom a model scored at a cut; reads the model's rows of that cut.
SELECT profile_id, value, version
FROM scores FINAL
WHERE model = {model:String} AND horizon_days = {horizon_days:UInt16}
    AND as_of = fromUnixTimestamp64Milli({as_of_ms:Int64}, 'UTC')
ORDER BY profile_id
