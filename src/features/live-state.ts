import { createHash } from 'node:crypto'
import type { FeatureDefinition } from './feature.ts'
import type { FeatureLine } from './feature-line.ts'
import { type Calendar, createCalendar } from './live/calendar.ts'
import type { Packed } from './live/keeper.ts'
import { type Cell, planCells } from './live/plan.ts'
import { packTrade, unpackTrade } from './live/trade.ts'
import { lineUnit } from './live/unit.ts'
import { addToVisits, mergeVisits, packVisits, unpackVisits, type Visits } from './live/visits.ts'

/**
 * What is kept of one person's events: enough to tell every feature as of any later moment, and to be merged with what
 * is kept of another. Lines may come late and in any order; each is to be folded once.
 */
export type LiveState = {
  lineCount: number
  /** The last event that was folded; 0 where there is none. */
  lastMs: number
  /** Purchases and refunds, as they are. */
  trade: FeatureLine[]
  visits: Visits
  /** Cell → what it keeps. */
  readonly cells: Map<string, unknown>
  /** What is dated later than the moment it was folded at. */
  ahead: FeatureLine[]
}

/** A state as a store keeps it: numbers and texts in nested lists. */
export type PackedState = Packed

/** How lines are folded for a set of definitions in a time zone. */
export type LivePlan = {
  readonly definitions: readonly FeatureDefinition[]
  readonly calendar: Calendar
  readonly cells: ReadonlyMap<string, Cell>
  /** Tells what is kept: a state of another digest lacks something, and is to be folded anew from the history. */
  readonly digest: string
}

/** `textVersion` names what models say of texts: what was folded under another is to be folded anew. */
export function createLivePlan(
  definitions: readonly FeatureDefinition[],
  timeZone: string,
  textVersion = '',
): LivePlan {
  const calendar = createCalendar(timeZone)
  const cells = planCells(definitions, calendar)
  const told = JSON.stringify([
    timeZone,
    textVersion,
    [...cells.values()].map(({ id, reachDays = 'all' }) => [id, reachDays]),
  ])
  return {
    definitions,
    calendar,
    cells,
    digest: createHash('sha256').update(told).digest('hex').slice(0, 16),
  }
}

export function emptyState(): LiveState {
  return { lineCount: 0, lastMs: 0, trade: [], visits: new Map(), cells: new Map(), ahead: [] }
}

/** Takes in a line; what is dated after `nowMs` waits until its time has come. Changes the state. */
export function foldLine(plan: LivePlan, state: LiveState, line: FeatureLine, nowMs: number): void {
  if (line.atMs > nowMs) {
    state.ahead.push(line)
    return
  }
  state.lineCount++
  state.lastMs = Math.max(state.lastMs, line.atMs)
  if (line.kind === 'purchase' || line.kind === 'refund') state.trade.push(line)
  addToVisits(state.visits, line, plan.calendar)
  const unit = lineUnit(line, plan.calendar, noLimits)
  for (const cell of plan.cells.values()) {
    if (!cell.reads(line)) continue
    state.cells.set(cell.id, cell.keeper.add(state.cells.get(cell.id) ?? cell.keeper.empty(), unit))
  }
}

/** Takes in what waited and whose time has come by now. Changes the state. */
export function settleAhead(plan: LivePlan, state: LiveState, nowMs: number): void {
  if (!state.ahead.some((line) => line.atMs <= nowMs)) return
  const { ahead } = state
  state.ahead = []
  for (const line of ahead) foldLine(plan, state, line, nowMs)
}

/** What is kept of two, as if one person had done all of it. May change either; neither is to be used further. */
export function mergeStates(plan: LivePlan, one: LiveState, other: LiveState): LiveState {
  const cells = new Map(one.cells)
  for (const [id, kept] of other.cells) {
    const own = cells.get(id)
    const keeper = plan.cells.get(id)?.keeper
    cells.set(id, own === undefined || keeper === undefined ? kept : keeper.merge(own, kept))
  }
  return {
    lineCount: one.lineCount + other.lineCount,
    lastMs: Math.max(one.lastMs, other.lastMs),
    trade: [...one.trade, ...other.trade],
    visits: mergeVisits(one.visits, other.visits),
    cells,
    ahead: [...one.ahead, ...other.ahead],
  }
}

/** A state as plain data for a store; days that no window reaches from `asOfMs` on are let go. */
export function packState(plan: LivePlan, state: LiveState, asOfMs: number): PackedState {
  const today = plan.calendar.dayOf(asOfMs)
  const cells = [...plan.cells.values()].map((cell) => packCell(cell, state.cells.get(cell.id), today))
  const { lineCount, lastMs, trade, visits, ahead } = state
  return [plan.digest, lineCount, lastMs, packTrade(trade), packVisits(visits), cells, packAhead(ahead)]
}

function packCell({ keeper, isByDay, reachDays = 0 }: Cell, kept: unknown, today: number): Packed {
  if (kept === undefined) return []
  if (isByDay) {
    const tiles = kept as Map<number, unknown>
    for (const day of tiles.keys()) if (day < today - reachDays) tiles.delete(day)
  }
  return [keeper.pack(kept)]
}

/** Undefined for what another plan has packed, which lacks something that this one reads. */
export function unpackState(plan: LivePlan, packed: PackedState): LiveState | undefined {
  const [digest, lineCount, lastMs, trade, visits, cells, ahead] = packed as readonly Packed[]
  if (digest !== plan.digest) return undefined
  const kept = new Map<string, unknown>()
  for (const [index, cell] of [...plan.cells.values()].entries()) {
    const [own] = (cells as readonly (readonly Packed[])[])[index] ?? []
    if (own !== undefined) kept.set(cell.id, cell.keeper.unpack(own))
  }
  return {
    lineCount: Number(lineCount),
    lastMs: Number(lastMs),
    trade: unpackTrade(trade as Packed),
    visits: unpackVisits(visits as Packed),
    cells: kept,
    ahead: unpackAhead(ahead as Packed),
  }
}

/** Features that read limits read lines that are kept whole, so that none are needed while folding. */
const noLimits = { quantityLimit: Number.POSITIVE_INFINITY, priceLimit: Number.POSITIVE_INFINITY }

/** Whole and as text: there are few of them, and they are folded like any other when their time has come. */
function packAhead(ahead: readonly FeatureLine[]): Packed {
  return ahead.map((line) => JSON.stringify(line))
}

function unpackAhead(packed: Packed): FeatureLine[] {
  return (packed as readonly string[]).map((text) => {
    const line = JSON.parse(text) as Omit<FeatureLine, 'sentiment'> & { readonly sentiment: number | null }
    return { ...line, sentiment: line.sentiment ?? Number.NaN }
  })
}
