-- One row per stored line of a person and an item that a refund just come in may take back, and per stored refund of them,
-- in the order in which ties are made; reads the rows of these people, wherever they were stored.
SELECT
    profile_id AS person, item_id, toUnixTimestamp64Milli(at) AS at_ms, kind = 'refund' AS is_refund, event_id, order_id,
    quantity, toFloat64(price) AS price, row_number, line_index, refund_of
FROM history
WHERE profile_id IN {people:Array(String)} AND kind IN ('purchase', 'refund') AND item_id IN {items:Array(String)}
    AND stored_profile_id IN (
        SELECT arrayJoin({people:Array(String)})
        UNION ALL
        SELECT arrayJoin(stored_as)
        FROM profile_overrides FINAL
        WHERE squashed = 0 AND hasAny(spans.profile_id, {people:Array(String)})
    )
ORDER BY person, item_id, at, is_refund, row_number, line_index
