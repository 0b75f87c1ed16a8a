import { compareText } from '../core/compare-text.ts'
import { lookWays, type PairHistory, type PairLines } from './pair-history.ts'
import { dayMs, halfLifeDays } from './pair-reading.ts'
import type { PairThings } from './pair-things.ts'

/** What one person did with an item or a group of items before the cut. Weights: each act by 2^(−age / half-life). */
export type OwnTrade = {
  /** Its number among `PairThings`. */
  readonly thing: number
  /** Different days (24 hours back from the cut) that it was bought on. */
  readonly dayCount: number
  /** Bought and not taken back. */
  readonly units: number
  /** Bought in the last horizon, less what was taken back in it. */
  readonly unitsOfLate: number
  readonly spend: number
  readonly boughtWeight: number
  /** Days since first and last bought; 0 where never. */
  readonly firstDays: number
  readonly lastDays: number
  readonly cartWeight: number
  readonly viewWeight: number
  readonly searchWeight: number
  /** Days since last looked at, put into the cart or searched for; only where `lookCount` is above 0. */
  readonly lookDays: number
  readonly lookCount: number
}

/** What a person bought or looked at, that of most interest of late first. */
export type PersonTrade = { readonly items: readonly OwnTrade[]; readonly groups: readonly OwnTrade[] }

export type TradeReading = {
  readonly things: PairThings
  readonly horizonDays: number
  /** The cut lies so many horizons before the end of the history. */
  readonly back: number
  /** The group that searched words are for. */
  readonly searches: ReadonlyMap<string, number>
  /** Room for one person's trade, by the number of the thing; empty between two people. */
  readonly room: (Trade | undefined)[]
}

type Trades = { readonly met: Trade[]; readonly at: (Trade | undefined)[] }

type Trade = { -readonly [Field in keyof OwnTrade]: OwnTrade[Field] } & {
  bought: number
  taken: number
  boughtOfLate: number
  takenOfLate: number
  lastDay: number
}

/** How much a person cares for a thing of late: purchases, then carts and wishes, then views and searches. */
export function interestOf({ boughtWeight, cartWeight, viewWeight, searchWeight }: OwnTrade): number {
  return boughtWeight + 0.5 * cartWeight + 0.2 * viewWeight + 0.2 * searchWeight
}

/** Of one person as of the cut; undefined where there was nothing by then. */
export function readTrade(
  history: PairHistory,
  person: number,
  reading: TradeReading,
): PersonTrade | undefined {
  const trades: Trades = { met: [], at: reading.room }
  readLines(history.purchases, person, reading, trades, addPurchase)
  readLines(history.refunds, person, reading, trades, addRefund)
  readLooks(history, person, reading, trades)
  const all = trades.met.map(close)
  for (const { thing } of all) trades.at[thing] = undefined
  if (all.length === 0) return undefined
  const byInterest = (a: OwnTrade, b: OwnTrade) =>
    interestOf(b) - interestOf(a) || compareText(things.ids[a.thing] ?? '', things.ids[b.thing] ?? '')
  const { things } = reading
  return {
    items: all.filter(({ thing }) => !things.isGroup[thing]).sort(byInterest),
    groups: all.filter(({ thing }) => things.isGroup[thing]).sort(byInterest),
  }
}

type Line = {
  readonly ageDays: number
  readonly weight: number
  readonly units: number
  readonly spend: number
  readonly isOfLate: boolean
}

function readLines(
  lines: PairLines,
  person: number,
  { things, horizonDays, back }: TradeReading,
  trades: Trades,
  add: (trade: Trade, line: Line) => void,
): void {
  const cutAgeMs = back * horizonDays * dayMs
  const until = lines.starts[person + 1] ?? 0
  for (let place = lines.starts[person] ?? 0; place < until; place++) {
    const ageMs = (lines.agesMs[place] ?? 0) - cutAgeMs
    // The oldest come first: what follows lies after the cut too.
    if (ageMs < 0) return
    const ageDays = ageMs / dayMs
    const line = {
      ageDays,
      weight: 2 ** (-ageDays / halfLifeDays),
      units: lines.units[place] ?? 0,
      spend: lines.rest[place] ?? 0,
      isOfLate: ageDays < horizonDays,
    }
    const thing = lines.things[place] ?? 0
    const group = things.groupOf[thing] ?? -1
    add(tradeAt(trades, thing), line)
    if (group >= 0) add(tradeAt(trades, group), line)
  }
}

function addPurchase(trade: Trade, { ageDays, weight, units, spend, isOfLate }: Line): void {
  const day = Math.floor(ageDays)
  if (trade.dayCount === 0) trade.firstDays = ageDays
  if (day !== trade.lastDay) trade.dayCount++
  trade.lastDay = day
  trade.lastDays = ageDays
  trade.bought += units
  if (isOfLate) trade.boughtOfLate += units
  trade.spend += spend
  trade.boughtWeight += weight
}

function addRefund(trade: Trade, { units, isOfLate }: Line): void {
  trade.taken += units
  if (isOfLate) trade.takenOfLate += units
}

function readLooks(
  { looks, words }: PairHistory,
  person: number,
  { things, horizonDays, back, searches }: TradeReading,
  trades: Trades,
): void {
  const until = looks.starts[person + 1] ?? 0
  for (let place = looks.starts[person] ?? 0; place < until; place++) {
    const stretch = looks.stretches[place] ?? 0
    if (stretch < back) continue
    const way = looks.ways[place] ?? 0
    const looked = looks.things[place] ?? 0
    const isSearch = way === lookWays.search
    const group = isSearch ? searches.get(words[looked] ?? '') : things.groupOf[looked]
    const weight = (looks.weights[place] ?? 0) * 2 ** ((-(stretch - back) * horizonDays) / halfLifeDays)
    const days = (looks.lastDays[place] ?? 0) - back * horizonDays
    const count = looks.counts[place] ?? 0
    if (!isSearch) addLook(tradeAt(trades, looked), way, { weight, days, count })
    if (group !== undefined && group >= 0) addLook(tradeAt(trades, group), way, { weight, days, count })
  }
}

function addLook(
  trade: Trade,
  way: number,
  { weight, days, count }: { readonly weight: number; readonly days: number; readonly count: number },
): void {
  if (way === lookWays.cart) trade.cartWeight += weight
  else if (way === lookWays.view) trade.viewWeight += weight
  else trade.searchWeight += weight
  trade.lookDays = trade.lookCount === 0 ? days : Math.min(trade.lookDays, days)
  trade.lookCount += count
}

function tradeAt({ met, at }: Trades, thing: number): Trade {
  const known = at[thing]
  if (known !== undefined) return known
  const trade: Trade = {
    ...{ thing, dayCount: 0, units: 0, unitsOfLate: 0, spend: 0, boughtWeight: 0, firstDays: 0, lastDays: 0 },
    ...{ cartWeight: 0, viewWeight: 0, searchWeight: 0, lookDays: 0, lookCount: 0 },
    ...{ bought: 0, taken: 0, boughtOfLate: 0, takenOfLate: 0, lastDay: -1 },
  }
  at[thing] = trade
  met.push(trade)
  return trade
}

function close(trade: Trade): OwnTrade {
  trade.units = Math.max(0, trade.bought - trade.taken)
  trade.unitsOfLate = Math.max(0, trade.boughtOfLate - trade.takenOfLate)
  return trade
}
