-- One row per profile whose timeline is read: 11 of those that a random event belongs to.
SELECT profile_id AS profile FROM source_events WHERE row_number % 9973 = 0 ORDER BY sipHash64(profile_id) LIMIT 11
