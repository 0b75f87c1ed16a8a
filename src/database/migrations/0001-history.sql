-- One row per line of an event: a purchase of three items is three rows that share event_id and order_id.
-- The rows of one person lie together, those of nobody are spread by event. Keys, months and codecs: docs/adr/0004.
-- sharded by if(profile_id = '', cityHash64(event_id), cityHash64(profile_id))
CREATE TABLE IF NOT EXISTS events (
    event_id String CODEC(ZSTD(1)),
    line_index UInt16,
    -- Empty when the person is unknown and left no device id.
    profile_id String,
    user_id String CODEC(ZSTD(1)),
    anonymous_id String CODEC(ZSTD(1)),
    at DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
    received_at DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
    kind LowCardinality(String),
    -- The name on the wire or in the file, e.g. 'Order Completed'.
    name LowCardinality(String),
    source LowCardinality(String),
    session_id String CODEC(ZSTD(1)),
    order_id String CODEC(ZSTD(1)),
    item_id String,
    line_type LowCardinality(String),
    -- Positive for refunds too: the kind tells the direction.
    quantity Float64,
    price Decimal(18, 4),
    amount Decimal(18, 4),
    currency LowCardinality(String),
    country LowCardinality(String),
    query String CODEC(ZSTD(1)),
    list_id String CODEC(ZSTD(1)),
    position UInt16,
    dwell_ms UInt32,
    -- 0 when nothing was rated.
    rating Float32,
    text String CODEC(ZSTD(1)),
    coupon String CODEC(ZSTD(1)),
    -- The event_id of the purchase line that a refund takes back; empty when none was found.
    refund_of String CODEC(ZSTD(1)),
    -- What cleaning kept but marked, e.g. bot, no_price, no_description, outlier_quantity, outlier_price, untied_refund.
    marks Array(LowCardinality(String)),
    properties String CODEC(ZSTD(1)),
    import_id String CODEC(ZSTD(1)),
    row_number UInt64
) ENGINE = MergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (profile_id, at)
SETTINGS index_granularity = 2048, fsync_after_insert = 1, non_replicated_deduplication_window = 1000;

-- sharded by cityHash64(item_id)
CREATE TABLE IF NOT EXISTS items (
    item_id String,
    name String,
    name_zh String,
    description String,
    description_zh String,
    -- From the broadest to the narrowest.
    category Array(LowCardinality(String)),
    brand LowCardinality(String),
    price Decimal(18, 4),
    currency LowCardinality(String),
    attributes Map(LowCardinality(String), String),
    source LowCardinality(String),
    updated_at DateTime64(3, 'UTC')
) ENGINE = ReplacingMergeTree(updated_at)
ORDER BY item_id
SETTINGS fsync_after_insert = 1, non_replicated_deduplication_window = 1000;

-- What a model says of an item (topic, tag), with the version of the model that said it.
-- sharded by cityHash64(item_id)
CREATE TABLE IF NOT EXISTS item_tags (
    model LowCardinality(String),
    version String,
    item_id String,
    tag LowCardinality(String),
    weight Float32
) ENGINE = ReplacingMergeTree
ORDER BY (model, version, item_id, tag)
SETTINGS fsync_after_insert = 1, non_replicated_deduplication_window = 1000;

-- Stated facts of a person; the latest statement of each source counts.
-- sharded by cityHash64(profile_id)
CREATE TABLE IF NOT EXISTS traits (
    profile_id String,
    name LowCardinality(String),
    value String,
    source LowCardinality(String),
    purpose LowCardinality(String),
    at DateTime64(3, 'UTC')
) ENGINE = ReplacingMergeTree(at)
ORDER BY (profile_id, name, source)
SETTINGS fsync_after_insert = 1, non_replicated_deduplication_window = 1000;

-- One id of a person: kind is user_id, anonymous_id, email, phone …
-- sharded by cityHash64(id)
CREATE TABLE IF NOT EXISTS identities (
    kind LowCardinality(String),
    id String,
    profile_id String,
    source LowCardinality(String),
    at DateTime64(3, 'UTC')
) ENGINE = ReplacingMergeTree(at)
ORDER BY (kind, id)
SETTINGS fsync_after_insert = 1, non_replicated_deduplication_window = 1000;

-- Rows set aside with the reason; kept 30 days.
-- sharded by cityHash64(import_id, row_number)
CREATE TABLE IF NOT EXISTS quarantine (
    import_id String,
    source LowCardinality(String),
    row_number UInt64,
    reason LowCardinality(String),
    detail String,
    -- The row as it came, cut at 32 KB.
    raw String CODEC(ZSTD(1)),
    at DateTime64(3, 'UTC')
) ENGINE = ReplacingMergeTree(at)
ORDER BY (import_id, source, row_number)
TTL toDateTime(at) + INTERVAL 30 DAY
SETTINGS fsync_after_insert = 1, non_replicated_deduplication_window = 1000;

-- One row per file imported; the import_id comes from the checksum of the file and the way it was read.
-- sharded by cityHash64(import_id)
CREATE TABLE IF NOT EXISTS imports (
    import_id String,
    file_name String,
    format LowCardinality(String),
    -- started | finished
    status LowCardinality(String),
    row_count UInt64,
    stored_count UInt64,
    duplicate_count UInt64,
    quarantined_count UInt64,
    -- The cleaning report as JSON.
    report String CODEC(ZSTD(1)),
    updated_at DateTime64(3, 'UTC')
) ENGINE = ReplacingMergeTree(updated_at)
ORDER BY import_id
SETTINGS fsync_after_insert = 1, non_replicated_deduplication_window = 1000;
