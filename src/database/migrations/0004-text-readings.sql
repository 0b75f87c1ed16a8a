-- What models say of the words of a line: the topic of a search or a review, and how it feels (−1 bad … 1 good, NaN where
-- nothing is said). `version` names the models that read; a line that they find nothing in has no row.
-- sharded by cityHash64(event_id)
CREATE TABLE IF NOT EXISTS text_readings (
    version LowCardinality(String),
    event_id String,
    line_index UInt16,
    -- A tag of the topics model; empty where it finds none.
    topic LowCardinality(String),
    sentiment Float32
) ENGINE = ReplacingMergeTree
ORDER BY (version, event_id, line_index)
SETTINGS fsync_after_insert = 1, non_replicated_deduplication_window = 1000;
