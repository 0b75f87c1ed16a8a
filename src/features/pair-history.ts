import { compareText } from '../core/compare-text.ts'
import type { Database } from '../database/database.ts'
import { sqlFile } from '../database/sql-file.ts'
import { type HashShare, halfLifeDays, type PairReading } from './pair-reading.ts'
import type { PairThings } from './pair-things.ts'

const selectPurchases = sqlFile(import.meta.url, './sql/pair-purchases.sql')
const selectRefunds = sqlFile(import.meta.url, './sql/pair-refunds.sql')
const selectLooks = sqlFile(import.meta.url, './sql/pair-looks.sql')

/** How a thing was looked at. */
export const lookWays = { cart: 1, view: 2, search: 3 } as const

/** Lines of people one after the other, the oldest of each first: those of person `p` from `starts[p]` up to `starts[p + 1]`. */
export type PairLines = {
  readonly starts: Uint32Array
  readonly things: Uint32Array
  /** Milliseconds before the end of the reading. */
  readonly agesMs: Float64Array
  readonly units: Float64Array
  /** Of purchases what they cost; of refunds when it was bought, in milliseconds before the end, -1 where not known. */
  readonly rest: Float64Array
}

/** Looks, laid out as lines are; looks at one thing in one horizon are one. */
type PairLooks = {
  readonly starts: Uint32Array
  readonly ways: Uint8Array
  /** Of a search a place in `words`. */
  readonly things: Uint32Array
  /** In which horizon before the end. */
  readonly stretches: Uint32Array
  readonly counts: Uint32Array
  /** Each look by 2^(−age / half-life), as of the end of its horizon. */
  readonly weights: Float64Array
  /** Days from the last to the end of the reading. */
  readonly lastDays: Float64Array
}

/** What people of a share did up to the end of a reading, bots out; who never bought is not there. */
export type PairHistory = {
  readonly profileIds: readonly string[]
  /** Of each person a number in [0, 1), by which parts of all are drawn. */
  readonly places: Float64Array
  readonly purchases: PairLines
  readonly refunds: PairLines
  readonly looks: PairLooks
  readonly words: readonly string[]
}

type PurchaseRow = {
  readonly profile_id: string
  readonly place: number
  readonly items: readonly string[]
  readonly ages: readonly number[]
  readonly units: readonly number[]
  readonly spends: readonly number[]
}
type RefundRow = Omit<PurchaseRow, 'place' | 'spends'> & { readonly bought_ages: readonly number[] }
type LookRow = {
  readonly profile_id: string
  readonly ways: readonly number[]
  readonly things: readonly string[]
  readonly stretches: readonly number[]
  readonly counts: readonly number[]
  readonly weights: readonly number[]
  readonly last: readonly number[]
}

/** One pass over the lines of a share of all people, whatever cuts are asked about afterwards. */
export async function loadPairHistory(
  database: Database,
  reading: PairReading & { readonly share: HashShare },
  things: PairThings,
): Promise<PairHistory> {
  const { asOfMs, horizonDays, history, share, signal } = reading
  const parameters = {
    cut_ms: asOfMs,
    share: share.index,
    share_count: share.count,
    history,
    horizon_days: horizonDays,
    half_life_days: halfLifeDays,
  }
  const load = async <Row>(sql: string): Promise<Row[]> => {
    const all: Row[] = []
    for await (const rows of database.stream<Row>(sql, { parameters, ...(signal && { signal }) }))
      for (const row of rows) all.push(row)
    return all
  }
  const bought = await load<PurchaseRow>(selectPurchases)
  const taken = byProfile(await load<RefundRow>(selectRefunds))
  const looked = byProfile(await load<LookRow>(selectLooks))
  // In one order whatever the database answers first: sums of floats depend on it.
  bought.sort((a, b) => compareText(a.profile_id, b.profile_id))
  const words = new Map<string, number>()
  return {
    profileIds: bought.map(({ profile_id }) => profile_id),
    places: Float64Array.from(bought, ({ place }) => place),
    purchases: layOut(
      bought.map(({ spends, ...row }) => ({ ...row, rest: spends })),
      things,
    ),
    refunds: layOut(
      bought.map(({ profile_id }) => {
        const row = taken.get(profile_id)
        return row && { ...row, rest: row.bought_ages }
      }),
      things,
    ),
    looks: layOutLooks(
      bought.map(({ profile_id }) => looked.get(profile_id)),
      things,
      words,
    ),
    words: [...words.keys()],
  }
}

function byProfile<Row extends { readonly profile_id: string }>(
  rows: readonly Row[],
): ReadonlyMap<string, Row> {
  return new Map(rows.map((row) => [row.profile_id, row]))
}

type LineRow = Pick<PurchaseRow, 'items' | 'ages' | 'units'> & { readonly rest: readonly number[] }

function layOut(rows: readonly (LineRow | undefined)[], things: PairThings): PairLines {
  const starts = startsOf(rows.map((row) => row?.items.length ?? 0))
  const count = starts[rows.length] ?? 0
  const lines = {
    starts,
    things: new Uint32Array(count),
    agesMs: new Float64Array(count),
    units: new Float64Array(count),
    rest: new Float64Array(count),
  }
  let place = 0
  for (const row of rows) {
    if (row === undefined) continue
    const { items, ages, units, rest } = row
    for (const line of oldestFirst(items, ages)) {
      lines.things[place] = things.itemAt(items[line] ?? '')
      lines.agesMs[place] = ages[line] ?? 0
      lines.units[place] = units[line] ?? 0
      lines.rest[place++] = rest[line] ?? 0
    }
  }
  return lines
}

function oldestFirst(items: readonly string[], ages: readonly number[]): Uint32Array {
  const order = Uint32Array.from(ages, (_, line) => line)
  return order.sort(
    (a, b) => (ages[b] ?? 0) - (ages[a] ?? 0) || ((items[a] ?? '') < (items[b] ?? '') ? -1 : 1),
  )
}

function layOutLooks(
  rows: readonly (LookRow | undefined)[],
  things: PairThings,
  words: Map<string, number>,
): PairLooks {
  const starts = startsOf(rows.map((row) => row?.things.length ?? 0))
  const all = <Value>(of: (row: LookRow) => readonly Value[]) =>
    rows.flatMap((row) => (row === undefined ? [] : of(row)))
  const wordAt = (word: string) => {
    const place = words.get(word) ?? words.size
    words.set(word, place)
    return place
  }
  return {
    starts,
    ways: Uint8Array.from(all(({ ways }) => ways)),
    things: Uint32Array.from(
      all((row) =>
        row.things.map((thing, place) =>
          row.ways[place] === lookWays.search ? wordAt(thing) : things.itemAt(thing),
        ),
      ),
    ),
    stretches: Uint32Array.from(all(({ stretches }) => stretches)),
    counts: Uint32Array.from(all(({ counts }) => counts)),
    weights: Float64Array.from(all(({ weights }) => weights)),
    lastDays: Float64Array.from(all(({ last }) => last)),
  }
}

function startsOf(counts: readonly number[]): Uint32Array {
  const starts = new Uint32Array(counts.length + 1)
  for (const [place, count] of counts.entries()) starts[place + 1] = (starts[place] ?? 0) + count
  return starts
}
