-- One row per line that a refund of the file may take back, and per refund, stored ones included, in the order in which
-- ties are made: by person and item, then in time, a purchase before a refund of the same moment.
WITH wanted AS (
    SELECT DISTINCT user_id AS person, item_id
    FROM {lines:Identifier}
    WHERE status = 'accepted' AND kind = 'refund' AND user_id != '' AND item_id != ''
),
    -- The profiles under which rows of these users may lie: their own, those they were merged into, those told before.
    lying_under AS (
        SELECT person AS profile_id FROM wanted
        UNION ALL
        SELECT profile_id FROM identities WHERE kind = 'user_id' AND id GLOBAL IN (SELECT person FROM wanted)
        UNION ALL
        SELECT arrayJoin(stored_as) AS profile_id
        FROM profile_overrides FINAL
        WHERE squashed = 0 AND id_kind = 'user_id' AND id GLOBAL IN (SELECT person FROM wanted)
    )
SELECT *
FROM (
    SELECT
        user_id AS person, item_id, at, kind = 'refund' AS is_refund, event_id, order_id, quantity, toFloat64(price) AS price,
        row_number, line_index, '' AS refund_of, 0 AS is_stored
    FROM {lines:Identifier}
    WHERE status = 'accepted' AND kind IN ('purchase', 'refund') AND (user_id, item_id) IN wanted
        AND row_number NOT IN (SELECT row_number FROM {repeats:Identifier})
    UNION ALL
    SELECT
        user_id AS person, item_id, at, kind = 'refund' AS is_refund, event_id, order_id, quantity, toFloat64(price) AS price,
        row_number, line_index, refund_of, 1 AS is_stored
    FROM events
    WHERE profile_id GLOBAL IN (SELECT profile_id FROM lying_under) AND kind IN ('purchase', 'refund')
        AND (user_id, item_id) GLOBAL IN (SELECT person, item_id FROM wanted)
)
ORDER BY person, item_id, at, is_refund, is_stored DESC, row_number, line_index
