-- What a person likely needs of single items and categories as of a cut, most likely first: one row a person, so that saying
-- it again replaces all of it.
-- sharded by cityHash64(profile_id)
CREATE TABLE IF NOT EXISTS needs (
    profile_id String,
    horizon_days UInt16,
    as_of DateTime64(3, 'UTC'),
    version LowCardinality(String),
    -- item | category | topic
    kinds Array(LowCardinality(String)),
    targets Array(String),
    names Array(String),
    names_zh Array(String),
    probabilities Array(Float32),
    -- Expected units within the horizon, with the bounds of 95 %.
    units Array(Float64),
    lows Array(Float64),
    highs Array(Float64),
    -- Expected days to the next purchase.
    days Array(Float32),
    -- Of each need a JSON list of {feature, share, value}.
    reasons Array(String) CODEC(ZSTD(1)),
    computed_at DateTime64(3, 'UTC')
) ENGINE = ReplacingMergeTree(computed_at)
ORDER BY (profile_id, horizon_days, as_of)
SETTINGS fsync_after_insert = 1, non_replicated_deduplication_window = 1000, old_parts_lifetime = 5,
    cleanup_delay_period = 2, max_cleanup_delay_period = 10, cleanup_delay_period_random_add = 1;
