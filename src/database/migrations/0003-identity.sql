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
