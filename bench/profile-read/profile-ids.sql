-- One row per profile of the history, in an order that tells nothing of how much is known of them.
SELECT profile_id
FROM events
GROUP BY profile_id
ORDER BY sipHash64(profile_id)
LIMIT {count:UInt64}
