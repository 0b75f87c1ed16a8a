import type { Dataset } from '../core/dataset.ts'
import type { Database } from '../database/database.ts'
import { findHistorySource } from '../database/history-source.ts'
import {
  favouriteOf,
  gatherPeers,
  listCandidates,
  ownGroupLimit,
  ownItemLimit,
  type Peers,
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
import type { PairGroups } from './pair-groups.ts'
import { type KeptPurchase, loadPairLabels } from './pair-labels.ts'
import type { HashShare, PairReading } from './pair-reading.ts'
import { keyOf, loadPairTargets, type PairTarget, type PairTargets } from './pair-targets.ts'
import { loadPairTrade, type OwnTrade, type PersonTrade } from './pair-trade.ts'

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

export type PairOptions = {
  readonly cutMs: number
  readonly horizonDays: number
  readonly groups: PairGroups
  /** Who is asked about, with their features as of the cut. */
  readonly people: Dataset
  readonly stated: StatedBands
  /** Only people of this part; all when left out. */
  readonly share?: HashShare
  readonly signal?: AbortSignal | undefined
}

/** Rows of a shopper and an item or group each, as of a cut; rows of one shopper lie next to each other. */
export type PairTable = {
  readonly profileIds: readonly string[]
  /** [rows], a place in `profileIds`. */
  readonly personOf: Uint32Array
  readonly targets: readonly PairTarget[]
  /** [rows], a place in `targets`. */
  readonly targetOf: Uint32Array
  /** One row a pair; `rowIds` are the shoppers'. */
  readonly dataset: Dataset
  /** [rows] Units in the last horizon, and what the pace so far gives for one. */
  readonly unitsOfLate: Float64Array
  readonly pacedUnits: Float64Array
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

const everyone: HashShare = { index: 0, count: 1 }

/** What shoppers may need, as they stood at the cut; nothing after it takes part, nor do bots. */
export async function computePairs(database: Database, options: PairOptions): Promise<PairTable> {
  const reading = await readingOf(database, options)
  const targets = await loadPairTargets(database, reading)
  const trade = await loadPairTrade(database, {
    ...reading,
    share: options.share ?? everyone,
    itemLimit: 2 * ownItemLimit,
    groupLimit: 2 * ownGroupLimit,
  })
  return fillTable(options, targets, trade)
}

/** What those shoppers bought after the cut. */
export async function computePairOutcomes(
  database: Database,
  options: PairOptions,
  table: PairTable,
): Promise<PairOutcomes> {
  const reading = await readingOf(database, options)
  const labels = await loadPairLabels(database, { ...reading, share: options.share ?? everyone })
  const keys = table.targets.map(({ isGroup, id }) => keyOf(isGroup, id))
  const rowCount = table.personOf.length
  const outcomes = {
    hasBought: new Uint8Array(rowCount),
    units: new Float64Array(rowCount),
    firstDays: new Float64Array(rowCount).fill(Number.NaN),
  }
  const counts = { itemsBought: 0, itemsHeld: 0, groupsBought: 0, groupsHeld: 0 }
  for (const profileId of table.profileIds)
    for (const key of labels.get(profileId)?.keys() ?? [])
      counts[key.startsWith('1') ? 'groupsBought' : 'itemsBought']++
  for (let row = 0; row < rowCount; row++) {
    const key = keys[table.targetOf[row] ?? 0] ?? ''
    const kept: KeptPurchase | undefined = labels.get(table.dataset.rowIds[row] ?? '')?.get(key)
    if (kept === undefined) continue
    outcomes.hasBought[row] = 1
    outcomes.units[row] = kept.units
    outcomes.firstDays[row] = kept.firstDays
    counts[key.startsWith('1') ? 'groupsHeld' : 'itemsHeld']++
  }
  return { ...outcomes, ...counts }
}

async function readingOf(database: Database, options: PairOptions): Promise<PairReading> {
  const { cutMs, horizonDays, groups, signal } = options
  return { cutMs, horizonDays, groups, signal, history: await findHistorySource(database) }
}

type Candidates = {
  /** The row of the person in the dataset of people. */
  readonly personRow: number
  readonly person: PersonTrade
  readonly peers: Peers | undefined
  readonly targets: readonly PairTarget[]
}

function fillTable(
  { people, stated, horizonDays }: PairOptions,
  targets: PairTargets,
  trade: ReadonlyMap<string, PersonTrade>,
): PairTable {
  const peersOf = gatherPeers(trade, targets)
  const asked = [...people.rowIds.entries()].flatMap(([personRow, id]): Candidates[] => {
    const person = trade.get(id)
    if (person === undefined) return []
    const peers = peersOf.get(favouriteOf(person) ?? '')
    return [{ personRow, person, peers, targets: listCandidates(person, peers, targets) }]
  })
  const table = createTable(people, asked)
  const shop = totalsOf(targets, people.rowIds.length)
  const columnOf = columnReader(people)
  const places = new Map(table.targets.map((target, place) => [target, place]))
  let row = 0
  for (const [place, { personRow, person, peers, targets: own }] of asked.entries()) {
    const facts = personFacts(columnOf, stated, personRow)
    const trades = tradesByKey(person)
    for (const target of own) {
      table.personOf[row] = place
      table.targetOf[row] = places.get(target) ?? 0
      const pair: PairFacts = {
        target,
        own: trades.get(keyOf(target.isGroup, target.id)),
        ownGroup: trades.get(keyOf(true, target.group)),
        person: facts,
        peerShare: peerShareOf(peers, target),
        shop,
      }
      setRow(table, row, pair, { columnOf, personRow, horizonDays })
      row++
    }
  }
  return table
}

function createTable(people: Dataset, asked: readonly Candidates[]): PairTable {
  const rowCount = asked.reduce((sum, { targets }) => sum + targets.length, 0)
  const column = () => new Float64Array(rowCount)
  const featureNames = [...pairColumns.map(({ name }) => name), ...personColumns]
  const profileIds = asked.map(({ personRow }) => people.rowIds[personRow] ?? '')
  return {
    profileIds,
    personOf: new Uint32Array(rowCount),
    targets: [...new Set(asked.flatMap(({ targets }) => targets))],
    targetOf: new Uint32Array(rowCount),
    dataset: {
      featureNames,
      rowIds: asked.flatMap(({ targets }, place) => targets.map(() => profileIds[place] ?? '')),
      values: new Float64Array(rowCount * featureNames.length),
    },
    unitsOfLate: column(),
    pacedUnits: column(),
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
  table.gapDays[row] = shrunkGapOf(facts)
  table.typicalGapDays[row] = typicalGapOf(facts)
  table.recencyDays[row] = recencyOf(facts.own)
}

function tradesByKey({ items, groups }: PersonTrade): ReadonlyMap<string, OwnTrade> {
  const entries = (all: readonly OwnTrade[], isGroup: boolean) =>
    all.map((trade): [string, OwnTrade] => [keyOf(isGroup, trade.id), trade])
  return new Map([...entries(items, false), ...entries(groups, true)])
}

function peerShareOf(peers: Peers | undefined, { isGroup, id }: PairTarget): number {
  const total = (isGroup ? peers?.groupWeight : peers?.itemWeight) ?? 0
  return total > 0 ? (peers?.weightByKey.get(keyOf(isGroup, id)) ?? 0) / total : 0
}

function totalsOf({ items, groups }: PairTargets, shopperCount: number): ShopTotals {
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
