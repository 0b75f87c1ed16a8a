-- One row per replaced part that still lies on the disk; small.
SELECT name
FROM system.parts
WHERE database = {database:String}
    AND table IN {tables:Array(String)}
    -- Also those whose files are just being removed, which are told of only where the state is asked for.
    AND _state IN ('Outdated', 'Deleting', 'DeleteOnDestroy')
    AND toUnixTimestamp(remove_time) <= {before_s:UInt32}
