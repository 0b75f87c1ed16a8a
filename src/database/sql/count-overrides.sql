-- One row: the ids of which something is known otherwise than when their rows were stored; reads one small table.
SELECT count() AS count
FROM profile_overrides FINAL
WHERE squashed = 0
