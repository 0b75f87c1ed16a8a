-- Whose rows of an id are, up to `until_at` from where another row of the id leaves off; ids that stand for themselves have none.
CREATE TABLE {owners:Identifier} (
    id_kind LowCardinality(String),
    id String,
    until_at DateTime64(3, 'UTC'),
    profile_id String
) ENGINE = MergeTree ORDER BY (id_kind, id, until_at)
