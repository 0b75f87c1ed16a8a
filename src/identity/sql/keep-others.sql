-- One row per row of the month that came after its copy was made; reads that month and the keys of the copy.
INSERT INTO squash_mended
SELECT *
FROM {events:Identifier}
WHERE toYYYYMM(at) = toUInt32({partition:String})
    AND sipHash128(event_id, line_index) NOT IN (SELECT sipHash128(event_id, line_index) FROM squash_copy)
