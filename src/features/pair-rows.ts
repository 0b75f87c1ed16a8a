import type { Dataset } from '../core/dataset.ts'
import {
  type Candidate,
  type CandidateKnowledge,
  type CandidateLimits,
  listCandidates,
} from './pair-candidates.ts'
import {
  type PairFacts,
  type PairPerson,
  pairColumns,
  recencyOf,
  type ShopTotals,
  shrunkGapOf,
  typicalGapOf,
} from './pair-columns.ts'
import type { PairHistory } from './pair-history.ts'
import { readLabels } from './pair-labels.ts'
import { favouriteOf, type Peers, peerShareOf } from './pair-peers.ts'
import type { PairTarget, PairTargets } from './pair-targets.ts'
import { type OwnTrade, type PersonTrade, readTrade, type TradeReading } from './pair-trade.ts'

/** Features of the person that stand beside those of the pair. */
const personColumns = [
  'order_count',
  'order_count_90d',
  'recency_days',
  'first_order_days',
  'order_gap_days',
  'overdue_ratio',
  'spend_clipped_90d',
  'basket_units',
  'basket_lines',
  'item_count',
  'view_count_30d',
  'cart_add_count_30d',
  'visit_count_30d',
  'last_seen_days',
] as const

/** Stated facts of the people of a dataset, row by row; NaN where not stated. */
export type StatedBands = { readonly age: Float64Array; readonly income: Float64Array }

/** Who is asked about as of a cut, with their features then. */
export type PairPeople = {
  readonly people: Dataset
  readonly stated: StatedBands
  /** Only about so many of them, drawn by their ids; all when left out. */
  readonly limit?: number
  /** What each is asked about. */
  readonly candidates?: CandidateLimits
}

const standardCandidates: CandidateLimits = { items: 40, groups: 16 }
/** So many rows a shopper at most, when nothing else is asked for. */
export const rowsPerShopper = standardCandidates.items + standardCandidates.groups

/** Rows of a shopper and an item or group each, as of a cut; rows of one shopper lie next to each other. */
export type PairTable = {
  readonly profileIds: readonly string[]
  /** [profileIds], a person's place in the history that was read. */
  readonly places: Uint32Array
  /** [rows], a place in `profileIds`. */
  readonly personOf: Uint32Array
  /** What the rows are about, and its numbers. */
  readonly targets: readonly PairTarget[]
  readonly things: readonly number[]
  /** [rows], a place in `targets`. */
  readonly targetOf: Uint32Array
  /** One row a pair; `rowIds` are the shoppers'. */
  readonly dataset: Dataset
  /** [rows] Units in the last horizon, and what the pace so far gives for one. */
  readonly unitsOfLate: Float64Array
  readonly pacedUnits: Float64Array
  /** [rows] What is usual in a horizon with a purchase, above 0: of what the person bought so far, else of anybody's purchase. */
  readonly usualUnits: Float64Array
  /** [rows] The shopper's time between purchases of it, shrunk; the typical one; days since the last, NaN where never. */
  readonly gapDays: Float64Array
  readonly typicalGapDays: Float64Array
  readonly recencyDays: Float64Array
}

/** What came of the rows of a table within the horizon. */
export type PairOutcomes = {
  /** 1 where it was bought and not all of it taken back. */
  readonly hasBought: Uint8Array
  readonly units: Float64Array
  /** Days to the first purchase; NaN where there was none. */
  readonly firstDays: Float64Array
  /** Pairs that these shoppers bought, items and groups, and how many of them the rows hold. */
  readonly itemsBought: number
  readonly itemsHeld: number
  readonly groupsBought: number
  readonly groupsHeld: number
}

/** What was known of the shop at a cut. */
export type PairKnowledge = {
  readonly trade: TradeReading
  readonly candidates: CandidateKnowledge
  readonly peers: ReadonlyMap<number, Peers>
}

/** What shoppers may need, as they stood at a cut; nothing after it takes part, nor do bots. */
export function fillPairs(
  history: PairHistory,
  knowledge: PairKnowledge,
  { people, stated, limit = Number.POSITIVE_INFINITY, candidates: limits = standardCandidates }: PairPeople,
): PairTable {
  const { trade, peers: peersOf, candidates } = knowledge
  const rowOf = new Map(people.rowIds.map((id, row) => [id, row]))
  const share = limit / people.rowIds.length
  const asked: Asked[] = []
  for (const [place, id] of history.profileIds.entries()) {
    const personRow = rowOf.get(id)
    if (personRow === undefined || (history.places[place] ?? 0) >= share) continue
    const person = readTrade(history, place, trade)
    if (person === undefined) continue
    const peers = peersOf.get(favouriteOf(person) ?? -1)
    asked.push({ place, personRow, person, peers, candidates: listCandidates(person, candidates, limits) })
  }
  return fillTable(people, stated, knowledge, asked)
}

/**
 * Of the different items that the shoppers of a table bought within the horizon, the share that the first so many candidates of each
 * hold; NaN where nothing was bought.
 */
export function coverItems(
  history: PairHistory,
  { trade, candidates }: PairKnowledge,
  { places }: PairTable,
  counts: readonly number[],
): readonly number[] {
  const most = Math.max(...counts)
  const held = counts.map(() => 0)
  let bought = 0
  for (const place of places) {
    const person = readTrade(history, place, trade)
    if (person === undefined) continue
    const labels = readLabels(history, place, trade)
    for (const thing of labels.keys()) if (!trade.things.isGroup[thing]) bought++
    for (const [rank, { thing }] of listCandidates(person, candidates, { items: most, groups: 0 }).entries())
      if (labels.has(thing))
        for (const [index, count] of counts.entries()) if (rank < count) held[index] = (held[index] ?? 0) + 1
  }
  return held.map((count) => (bought > 0 ? count / bought : Number.NaN))
}

/** What those shoppers bought after the cut. */
export function readPairOutcomes(
  history: PairHistory,
  { trade }: PairKnowledge,
  table: PairTable,
): PairOutcomes {
  const rowCount = table.personOf.length
  const outcomes = {
    hasBought: new Uint8Array(rowCount),
    units: new Float64Array(rowCount),
    firstDays: new Float64Array(rowCount).fill(Number.NaN),
  }
  const counts = { itemsBought: 0, itemsHeld: 0, groupsBought: 0, groupsHeld: 0 }
  const labels = Array.from(table.places, (place) => readLabels(history, place, trade))
  const { isGroup } = trade.things
  for (const own of labels)
    for (const thing of own.keys()) counts[isGroup[thing] ? 'groupsBought' : 'itemsBought']++
  for (let row = 0; row < rowCount; row++) {
    const thing = table.things[table.targetOf[row] ?? 0] ?? -1
    const kept = labels[table.personOf[row] ?? 0]?.get(thing)
    if (kept === undefined) continue
    outcomes.hasBought[row] = 1
    outcomes.units[row] = kept.units
    outcomes.firstDays[row] = kept.firstDays
    counts[isGroup[thing] ? 'groupsHeld' : 'itemsHeld']++
  }
  return { ...outcomes, ...counts }
}

type Asked = {
  /** The person in the history, and the row in the dataset of people. */
  readonly place: number
  readonly personRow: number
  readonly person: PersonTrade
  readonly peers: Peers | undefined
  readonly candidates: readonly Candidate[]
}

function fillTable(
  people: Dataset,
  stated: StatedBands,
  { trade, candidates: { targets } }: PairKnowledge,
  asked: readonly Asked[],
): PairTable {
  const table = createTable(people, targets, asked)
  const shop = totalsOf(targets, people.rowIds.length)
  const columnOf = columnReader(people)
  const places = new Map(table.things.map((thing, place) => [thing, place]))
  // By the number of the thing; empty between two people.
  const trades: (OwnTrade | undefined)[] = []
  let row = 0
  for (const [index, { personRow, person, peers, candidates }] of asked.entries()) {
    const facts = personFacts(columnOf, stated, personRow)
    for (const own of person.items) trades[own.thing] = own
    for (const own of person.groups) trades[own.thing] = own
    for (const { thing, share, goesWith } of candidates) {
      const target = targets.byThing[thing]
      if (target === undefined) throw new Error('a candidate was never bought by the cut')
      table.personOf[row] = index
      table.targetOf[row] = places.get(thing) ?? 0
      const pair: PairFacts = {
        target,
        own: trades[thing],
        ownGroup: trades[trade.things.groupOf[thing] ?? -1],
        person: facts,
        peerShare: peerShareOf(peers, thing, target.isGroup),
        shareOfNext: share,
        goesWith,
        shop,
      }
      setRow(table, row, pair, { columnOf, personRow, horizonDays: trade.horizonDays })
      row++
    }
    for (const own of person.items) trades[own.thing] = undefined
    for (const own of person.groups) trades[own.thing] = undefined
  }
  return table
}

function createTable(people: Dataset, { byThing }: PairTargets, asked: readonly Asked[]): PairTable {
  const rowCount = asked.reduce((sum, { candidates }) => sum + candidates.length, 0)
  const column = () => new Float64Array(rowCount)
  const featureNames = [...pairColumns.map(({ name }) => name), ...personColumns]
  const profileIds = asked.map(({ personRow }) => people.rowIds[personRow] ?? '')
  const things = [...new Set(asked.flatMap(({ candidates }) => candidates.map(({ thing }) => thing)))]
  return {
    profileIds,
    places: Uint32Array.from(asked, ({ place }) => place),
    personOf: new Uint32Array(rowCount),
    things,
    targets: things.flatMap((thing) => byThing[thing] ?? []),
    targetOf: new Uint32Array(rowCount),
    dataset: {
      featureNames,
      rowIds: asked.flatMap(({ candidates }, index) => candidates.map(() => profileIds[index] ?? '')),
      values: new Float64Array(rowCount * featureNames.length),
    },
    unitsOfLate: column(),
    pacedUnits: column(),
    usualUnits: column(),
    gapDays: column(),
    typicalGapDays: column(),
    recencyDays: column(),
  }
}

type RowSetting = {
  readonly columnOf: ColumnReader
  readonly personRow: number
  readonly horizonDays: number
}

function setRow(table: PairTable, row: number, facts: PairFacts, setting: RowSetting): void {
  const { columnOf, personRow, horizonDays } = setting
  const { featureNames, values } = table.dataset
  let place = row * featureNames.length
  for (const column of pairColumns) {
    const value = column.read(facts)
    // A ratio to nothing is not known.
    values[place++] = Number.isFinite(value) ? value : Number.NaN
  }
  for (const name of personColumns) values[place++] = columnOf(name, personRow)
  const days = Math.max(1, columnOf('first_order_days', personRow))
  table.unitsOfLate[row] = facts.own?.unitsOfLate ?? 0
  table.pacedUnits[row] = ((facts.own?.units ?? 0) / days) * horizonDays
  table.usualUnits[row] = usualUnitsOf(facts, table.pacedUnits[row] ?? 0)
  table.gapDays[row] = shrunkGapOf(facts)
  table.typicalGapDays[row] = typicalGapOf(facts)
  table.recencyDays[row] = recencyOf(facts.own)
}

/** The mean of the last horizon, of the pace so far and of a purchase, where there was one. */
function usualUnitsOf({ own, target }: PairFacts, paced: number): number {
  const atATime = Math.max(1e-6, target.unitsPerPurchase)
  if (own === undefined || !(own.units > 0)) return atATime
  return (own.unitsOfLate + paced + own.units / own.dayCount) / 3
}

function totalsOf({ byThing, ...things }: PairTargets, shopperCount: number): ShopTotals {
  const known = (all: readonly number[]) => all.flatMap((thing) => byThing[thing] ?? [])
  const [items, groups] = [known(things.items), known(things.groups)]
  const weightOf = (all: readonly PairTarget[]) => all.reduce((sum, { weight }) => sum + weight, 0)
  return {
    shopperCount,
    itemWeight: weightOf(items),
    groupWeight: weightOf(groups),
    itemGapDays: meanGap(items),
    groupGapDays: meanGap(groups),
  }
}

function meanGap(all: readonly PairTarget[]): number {
  const known = all.filter(({ gapDays }) => Number.isFinite(gapDays))
  const weight = known.reduce((sum, each) => sum + each.weight, 0)
  return weight > 0 ? known.reduce((sum, each) => sum + each.weight * each.gapDays, 0) / weight : Number.NaN
}

function personFacts(columnOf: ColumnReader, { age, income }: StatedBands, row: number): PairPerson {
  return {
    orderCount: columnOf('order_count', row),
    spend: columnOf('spend_clipped', row),
    usualPrice: columnOf('price_mean', row),
    statedAge: age[row] ?? Number.NaN,
    statedIncome: income[row] ?? Number.NaN,
  }
}

type ColumnReader = (name: string, row: number) => number

function columnReader({ featureNames, values }: Dataset): ColumnReader {
  const places = new Map(featureNames.map((name, place) => [name, place]))
  const width = featureNames.length
  return (name, row) => {
    const place = places.get(name)
    return place === undefined ? Number.NaN : (values[row * width + place] ?? Number.NaN)
  }
}
