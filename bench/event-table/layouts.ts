/** One way to lay the table of events out. */
export type Layout = {
  readonly name: string
  readonly orderBy: string
  readonly partitionBy?: string
  /** Column → codec; columns not named keep the engine's LZ4. */
  readonly codecs?: Readonly<Record<string, string>>
  /** Further lines inside the column list, e.g. a skip index. */
  readonly extra?: readonly string[]
  /** Rows between two marks of the sparse key; the engine's own is 8,192. */
  readonly granule?: number
}

const person = '(profile_id, at)'
const month = 'toYYYYMM(at)'
const times = { at: 'Delta(8), ZSTD(1)', received_at: 'Delta(8), ZSTD(1)' }
const doubled = { at: 'DoubleDelta, ZSTD(1)', received_at: 'DoubleDelta, ZSTD(1)' }
const texts = Object.fromEntries(
  [
    ...['event_id', 'profile_id', 'user_id', 'anonymous_id', 'session_id', 'order_id', 'item_id', 'query'],
    ...['list_id', 'text', 'coupon', 'refund_of', 'properties', 'import_id'],
  ].map((column) => [column, 'ZSTD(1)']),
)
const numbers = {
  line_index: 'T64, ZSTD(1)',
  position: 'T64, ZSTD(1)',
  dwell_ms: 'T64, ZSTD(1)',
  row_number: 'Delta, ZSTD(1)',
  price: 'T64, ZSTD(1)',
  amount: 'T64, ZSTD(1)',
  quantity: 'ZSTD(1)',
}

/** Only what features do not read over all profiles. */
const cold = {
  ...Object.fromEntries(
    Object.entries(texts).filter(([column]) => !['profile_id', 'item_id'].includes(column)),
  ),
  ...times,
}

/** The alternatives, each one step away from the first. */
export const layouts: readonly Layout[] = [
  { name: 'profile, time; by month', orderBy: person, partitionBy: month },
  { name: 'time, profile; by month', orderBy: '(at, profile_id)', partitionBy: month },
  { name: 'kind, profile, time; by month', orderBy: '(kind, profile_id, at)', partitionBy: month },
  { name: 'profile, time; by year', orderBy: person, partitionBy: 'toYear(at)' },
  { name: 'profile, time; by quarter', orderBy: person, partitionBy: 'toStartOfQuarter(at)' },
  { name: 'profile, time; whole', orderBy: person },
  { name: 'kind, profile, time; whole', orderBy: '(kind, profile_id, at)' },
  { name: 'profile, kind, time; whole', orderBy: '(profile_id, kind, at)' },
  { name: 'by month, texts ZSTD', orderBy: person, partitionBy: month, codecs: texts },
  {
    name: 'by month, texts ZSTD, times Delta',
    orderBy: person,
    partitionBy: month,
    codecs: { ...texts, ...times },
  },
  {
    name: 'by month, texts ZSTD, times DoubleDelta',
    orderBy: person,
    partitionBy: month,
    codecs: { ...texts, ...doubled },
  },
  {
    name: 'by month, texts ZSTD, times Delta, numbers T64',
    orderBy: person,
    partitionBy: month,
    codecs: { ...texts, ...times, ...numbers },
  },
  {
    name: 'by month, event id index',
    orderBy: person,
    partitionBy: month,
    extra: ['INDEX by_event_id event_id TYPE bloom_filter(0.01) GRANULARITY 1'],
  },
  { name: 'by month, granules of 2048', orderBy: person, partitionBy: month, granule: 2048 },
  { name: 'by month, cold texts ZSTD, times Delta', orderBy: person, partitionBy: month, codecs: cold },
  {
    name: 'by month, cold texts ZSTD, times Delta, granules of 2048',
    orderBy: person,
    partitionBy: month,
    codecs: cold,
    granule: 2048,
  },
  {
    name: 'by quarter, cold texts ZSTD, times Delta, granules of 2048',
    orderBy: person,
    partitionBy: 'toStartOfQuarter(at)',
    codecs: cold,
    granule: 2048,
  },
]
