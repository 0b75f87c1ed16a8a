-- What is known of an id by now otherwise than when its events were stored: a row of the id (its user_id, or its
-- anonymous_id where no user was named) belongs to the profile of the span that holds its time. One row per id, the highest
-- version counts; `squashed` says that the rows were rewritten since and nothing is left to say.
-- sharded by cityHash64(id)
CREATE TABLE IF NOT EXISTS profile_overrides (
    id_kind LowCardinality(String),
    id String,
    -- Each span reaches from after `from_at` to `until_at`; they do not overlap.
    spans Array(Tuple(from_at DateTime64(3, 'UTC'), until_at DateTime64(3, 'UTC'), profile_id String)),
    -- The profiles under which rows of the id may lie, so that a reader of one profile finds them by the key.
    stored_as Array(String),
    squashed UInt8,
    version UInt64
) ENGINE = ReplacingMergeTree(version)
ORDER BY (id_kind, id)
SETTINGS fsync_after_insert = 1, non_replicated_deduplication_window = 1000;

-- Stated facts, by the id they were stated of, so that they follow it into a profile and out again; the latest
-- statement of each source counts. A person's traits are those of all ids of the profile.
-- sharded by cityHash64(id)
CREATE TABLE IF NOT EXISTS trait_statements (
    id_kind LowCardinality(String),
    id String,
    name LowCardinality(String),
    value String,
    source LowCardinality(String),
    purpose LowCardinality(String),
    at DateTime64(3, 'UTC')
) ENGINE = ReplacingMergeTree(at)
ORDER BY (id_kind, id, name, source)
SETTINGS fsync_after_insert = 1, non_replicated_deduplication_window = 1000;

-- What was stated of whole profiles until now (the table `traits`, which nothing reads any more), by the id that named them.
INSERT INTO trait_statements (id_kind, id, name, value, source, purpose, at)
SELECT
    if(profile_id GLOBAL IN (SELECT id FROM identities WHERE kind = 'user_id'), 'user_id', 'anonymous_id'),
    profile_id, name, value, source, purpose, at
FROM traits FINAL;

-- The rows of `events`, each under the profile that it belongs to by now; `stored_profile_id` is the one it lies under.
CREATE VIEW IF NOT EXISTS history AS
SELECT
    e.* EXCEPT (profile_id),
    e.profile_id AS stored_profile_id,
    arrayFirst(span -> e.at > span.1 AND e.at <= span.2, o.spans).3 AS override_profile_id,
    if(override_profile_id = '', e.profile_id, override_profile_id) AS profile_id
FROM events AS e
LEFT ANY JOIN (SELECT id_kind, id, spans FROM profile_overrides FINAL WHERE squashed = 0) AS o
    ON if(e.user_id = '', 'anonymous_id', 'user_id') = o.id_kind AND if(e.user_id = '', e.anonymous_id, e.user_id) = o.id;
