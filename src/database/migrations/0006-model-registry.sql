-- What stands behind a fit (JSON): rows learned from and their checksum, parents, format, why it is or is not in use.
ALTER TABLE models
ADD COLUMN IF NOT EXISTS record String DEFAULT '' CODEC(ZSTD(1));

-- Parts of a fit that are bytes (an ONNX graph), as base64.
-- sharded by cityHash64(version)
CREATE TABLE IF NOT EXISTS model_parts (
    version String,
    part LowCardinality(String),
    content String CODEC(ZSTD(1)),
    updated_at DateTime64(3, 'UTC')
) ENGINE = ReplacingMergeTree(updated_at)
ORDER BY (version, part)
SETTINGS fsync_after_insert = 1, non_replicated_deduplication_window = 1000;

-- How a fit in use was doing when it was looked at: drift, and what came of what it said (JSON).
-- sharded by cityHash64(version)
CREATE TABLE IF NOT EXISTS model_checks (
    version String,
    name LowCardinality(String),
    checked_at DateTime64(3, 'UTC'),
    health String CODEC(ZSTD(1))
) ENGINE = ReplacingMergeTree(checked_at)
ORDER BY (version, checked_at)
SETTINGS fsync_after_insert = 1, non_replicated_deduplication_window = 1000;
