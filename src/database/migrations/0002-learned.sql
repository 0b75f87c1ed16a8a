-- The features of every person as of a cut.
-- sharded by cityHash64(profile_id)
CREATE TABLE IF NOT EXISTS profile_features (
    as_of DateTime64(3, 'UTC'),
    profile_id String,
    numbers Map(LowCardinality(String), Float64),
    labels Map(LowCardinality(String), String),
    computed_at DateTime64(3, 'UTC')
) ENGINE = ReplacingMergeTree(computed_at)
ORDER BY (as_of, profile_id)
SETTINGS fsync_after_insert = 1, non_replicated_deduplication_window = 1000;

-- Fitted models with the evaluation beside them; status is candidate | active | retired.
-- sharded by cityHash64(name)
CREATE TABLE IF NOT EXISTS models (
    name LowCardinality(String),
    version String,
    status LowCardinality(String),
    as_of DateTime64(3, 'UTC'),
    model String CODEC(ZSTD(1)),
    evaluation String CODEC(ZSTD(1)),
    updated_at DateTime64(3, 'UTC')
) ENGINE = ReplacingMergeTree(updated_at)
ORDER BY (name, version)
SETTINGS fsync_after_insert = 1, non_replicated_deduplication_window = 1000;

-- What a model says of a person as of a cut.
-- sharded by cityHash64(profile_id)
CREATE TABLE IF NOT EXISTS scores (
    profile_id String,
    model LowCardinality(String),
    version LowCardinality(String),
    -- 0 where the score has no horizon.
    horizon_days UInt16,
    as_of DateTime64(3, 'UTC'),
    value Float64,
    -- NaN where the score has no interval (95 %).
    low Float64,
    high Float64,
    -- The group of a grouping model; empty otherwise.
    label LowCardinality(String),
    reason_features Array(LowCardinality(String)),
    reason_shares Array(Float32),
    computed_at DateTime64(3, 'UTC')
) ENGINE = ReplacingMergeTree(computed_at)
ORDER BY (profile_id, model, horizon_days, as_of)
SETTINGS fsync_after_insert = 1, non_replicated_deduplication_window = 1000;
