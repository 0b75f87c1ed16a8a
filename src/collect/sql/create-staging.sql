-- The tables that one import is prepared in; each is dropped at its end. Statements are separated by a line of dashes.
-- One row per line of an event (or per row that only states facts: `kind` is empty) as it was read.
CREATE TABLE {lines:Identifier} (
    row_number UInt64,
    line_index UInt16,
    status LowCardinality(String),
    reason LowCardinality(String),
    detail String,
    fixes Array(LowCardinality(String)),
    event_id String,
    user_id String,
    anonymous_id String,
    at DateTime64(3, 'UTC'),
    received_at DateTime64(3, 'UTC'),
    kind LowCardinality(String),
    name LowCardinality(String),
    session_id String,
    order_id String,
    item_id String,
    line_type LowCardinality(String),
    quantity Float64,
    price Decimal(18, 4),
    amount Decimal(18, 4),
    currency LowCardinality(String),
    country LowCardinality(String),
    query String,
    list_id String,
    position UInt16,
    dwell_ms UInt32,
    rating Float32,
    text String,
    coupon String,
    marks Array(LowCardinality(String)),
    properties String,
    -- As the file has it: negative where a line takes back.
    stated_quantity Float64,
    stated_amount Float64,
    is_order UInt8,
    is_cancelled UInt8,
    item_name String,
    item_name_zh String,
    item_description String,
    item_description_zh String,
    item_category Array(String),
    item_category_zh Array(String),
    item_brand String,
    attributes Map(String, String),
    traits Map(String, String)
) ENGINE = MergeTree ORDER BY row_number
-----
-- Rows that are not stored: told before in this file (`repeat`) or in an earlier one (`stored`).
CREATE TABLE {repeats:Identifier} (row_number UInt64, why LowCardinality(String)) ENGINE = MergeTree ORDER BY row_number
-----
CREATE TABLE {ties:Identifier} (row_number UInt64, line_index UInt16, refund_of String)
ENGINE = MergeTree ORDER BY row_number
-----
-- What calls say of items, people and who is who.
CREATE TABLE {said_items:Identifier} (
    row_number UInt64,
    item_id String,
    name String,
    name_zh String,
    description String,
    description_zh String,
    category Array(String),
    category_zh Array(String),
    brand String,
    price Decimal(18, 4),
    currency String,
    attributes Map(String, String),
    at DateTime64(3, 'UTC')
) ENGINE = MergeTree ORDER BY item_id
-----
CREATE TABLE {said_traits:Identifier} (
    row_number UInt64,
    user_id String,
    anonymous_id String,
    name String,
    value String,
    purpose String,
    at DateTime64(3, 'UTC')
) ENGINE = MergeTree ORDER BY row_number
-----
CREATE TABLE {said_links:Identifier} (
    row_number UInt64,
    kind LowCardinality(String),
    first_kind LowCardinality(String),
    first_id String,
    second_kind LowCardinality(String),
    second_id String,
    at DateTime64(3, 'UTC')
) ENGINE = MergeTree ORDER BY row_number
-----
-- What will be stored, with the columns of the tables it goes to.
CREATE TABLE {new_events:Identifier} AS events ENGINE = MergeTree ORDER BY at
-----
CREATE TABLE {new_items:Identifier} AS items ENGINE = MergeTree ORDER BY item_id
-----
CREATE TABLE {new_traits:Identifier} AS trait_statements ENGINE = MergeTree ORDER BY id
-----
-- What will be learnt of who is who.
CREATE TABLE {new_links:Identifier} (
    kind LowCardinality(String),
    first_kind LowCardinality(String),
    first_id String,
    second_kind LowCardinality(String),
    second_id String,
    source LowCardinality(String),
    at DateTime64(3, 'UTC')
) ENGINE = MergeTree ORDER BY at
-----
CREATE TABLE {new_quarantine:Identifier} AS quarantine ENGINE = MergeTree ORDER BY row_number
