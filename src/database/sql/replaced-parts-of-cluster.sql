-- One row per replaced part that still lies on the disk of a node; small. The view keeps the column `_state`, which a
-- table of several nodes has not.
SELECT name
FROM clusterAllReplicas({cluster:Identifier}, view(
    SELECT name
    FROM system.parts
    WHERE database = {database:String}
        AND table IN {tables:Array(String)}
        AND _state IN ('Outdated', 'Deleting', 'DeleteOnDestroy')
        AND toUnixTimestamp(remove_time) <= {before_s:UInt32}
))
