-- One row per profile of a share of all that took products back at or before the cut: what it took back, with ages in
-- milliseconds at the cut; `bought_ages` tells when that was bought, -1 where it is not known. A refund that is tied to no
-- purchase lowers nothing and is left out. Scans the refunds before the cut and the ids of purchases.
SELECT
    taken.profile_id AS profile_id,
    groupArray(taken.item_id) AS items,
    groupArray(taken.age_ms) AS ages,
    groupArray(taken.quantity) AS units,
    groupArray(if(bought.at_ms = 0, -1, {cut_ms:Int64} - bought.at_ms)) AS bought_ages
FROM (
    SELECT profile_id, item_id, refund_of, quantity, {cut_ms:Int64} - toUnixTimestamp64Milli(at) AS age_ms
    FROM {history:Identifier}
    WHERE kind = 'refund'
        AND refund_of != ''
        AND line_type = 'product'
        AND item_id != ''
        AND at <= fromUnixTimestamp64Milli({cut_ms:Int64}, 'UTC')
        AND profile_id != ''
        AND cityHash64(profile_id) % {share_count:UInt32} = {share:UInt32}
        AND NOT has(marks, 'bot')
) AS taken
GLOBAL ANY LEFT JOIN (
    SELECT profile_id, item_id, event_id, toUnixTimestamp64Milli(at) AS at_ms
    FROM {history:Identifier}
    WHERE kind = 'purchase'
        AND profile_id != ''
        AND cityHash64(profile_id) % {share_count:UInt32} = {share:UInt32}
        AND event_id GLOBAL IN (
            SELECT refund_of
            FROM {history:Identifier}
            WHERE kind = 'refund' AND refund_of != ''
                AND at <= fromUnixTimestamp64Milli({cut_ms:Int64}, 'UTC')
        )
) AS bought
    ON taken.profile_id = bought.profile_id
    AND taken.item_id = bought.item_id
    AND taken.refund_of = bought.event_id
GROUP BY profile_id
