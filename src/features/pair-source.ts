import type { Database } from '../database/database.ts'
import { findHistorySource } from '../database/history-source.ts'
import { countRepeats } from './pair-candidates.ts'
import type { PairGroups } from './pair-groups.ts'
import { loadPairHistory, type PairHistory } from './pair-history.ts'
import { countNeighbours } from './pair-neighbours.ts'
import { countPeers } from './pair-peers.ts'
import { horizonsBack, type PairReading } from './pair-reading.ts'
import {
  coverItems,
  fillPairs,
  type PairKnowledge,
  type PairOutcomes,
  type PairPeople,
  type PairTable,
  readPairOutcomes,
} from './pair-rows.ts'
import { loadSearchSigns, readSearches } from './pair-searches.ts'
import { countTargets, type PairTargets } from './pair-targets.ts'
import { loadPairThings, type PairThings } from './pair-things.ts'
import { readTrade, type TradeReading } from './pair-trade.ts'

/** So many people are held at once; a larger shop is read in parts. */
const peopleAtOnce = 10_000
/** So many of the first part, drawn by their ids, teach what goes with what and what peers buy. */
const teachers = 3000

export type PairSourceOptions = {
  /** Nothing after it is read. */
  readonly asOfMs: number
  readonly horizonDays: number
  readonly groups: PairGroups
  /** Cuts that will be asked about, each a whole number of horizons before the end. */
  readonly cutsMs: readonly number[]
  /** About how many people there are. */
  readonly shopperCount: number
  readonly signal?: AbortSignal | undefined
}

/** Rows of shoppers and what they may need, as of any of the cuts it was opened for, from one pass over the history. */
export type PairSource = {
  readonly things: PairThings
  /** Shoppers as they stood at a cut; nothing after it takes part, nor do bots. */
  pairsAt(cutMs: number, people: PairPeople): PairTable
  /** What those shoppers did after the cut, which lies a horizon or more before the end. */
  outcomesOf(cutMs: number, table: PairTable): PairOutcomes
  /** Of the items that those shoppers bought after the cut, the share that so many candidates of each would hold. */
  coverageOf(cutMs: number, table: PairTable, counts: readonly number[]): readonly number[]
  /** The rows of everybody at a cut, some thousands of shoppers at a time. */
  everyonesPairs(cutMs: number, people: PairPeople): AsyncGenerator<PairTable>
}

/** Reads what everybody bought once, and adds it up as of each cut. */
export async function openPairSource(database: Database, options: PairSourceOptions): Promise<PairSource> {
  const { asOfMs, horizonDays, groups, cutsMs, shopperCount, signal } = options
  const history = await findHistorySource(database)
  const reading: PairReading = { asOfMs, horizonDays, groups, history, signal }
  const things = await loadPairThings(database, reading)
  const count = Math.max(1, Math.ceil(shopperCount / peopleAtOnce))
  const load = (index: number) => loadPairHistory(database, { ...reading, share: { index, count } }, things)
  const backs = [...new Set(cutsMs)].map((cutMs) => horizonsBack(reading, cutMs))
  const counts = backs.map((back) => countTargets(things, { horizonDays, back }))
  const first = await load(0)
  for (let index = 0; index < count; index++) {
    const part = index === 0 ? first : await load(index)
    for (const each of counts) each.add(part)
  }
  const signs = first.words.length > 0 ? await loadSearchSigns(database, reading, things) : []
  const known = new Map(
    backs.map((back, place): [number, PairKnowledge] => {
      const trade = { things, horizonDays, back, searches: readSearches(signs, back), room: [] }
      const targets = (counts[place] ?? countTargets(things, trade)).build()
      return [back, learnFrom(first, trade, targets)]
    }),
  )
  const knowledgeAt = (cutMs: number): PairKnowledge => {
    const knowledge = known.get(horizonsBack(reading, cutMs))
    if (knowledge === undefined) throw new Error('pairs were not opened for this cut')
    return knowledge
  }
  return {
    things,
    pairsAt: (cutMs, people) =>
      fillPairs(first, knowledgeAt(cutMs), {
        ...people,
        ...(people.limit !== undefined && { limit: people.limit * count }),
      }),
    outcomesOf: (cutMs, table) => readPairOutcomes(first, knowledgeAt(cutMs), table),
    coverageOf: (cutMs, table, among) => coverItems(first, knowledgeAt(cutMs), table, among),
    async *everyonesPairs(cutMs, people) {
      for (let index = 0; index < count; index++)
        yield fillPairs(index === 0 ? first : await load(index), knowledgeAt(cutMs), people)
    },
  }
}

/** What goes with what and who buys alike, from the people of a history. */
function learnFrom(history: PairHistory, trade: TradeReading, targets: PairTargets): PairKnowledge {
  const [neighbours, repeats, peers] = [countNeighbours(trade.things), countRepeats(), countPeers()]
  const share = teachers / history.profileIds.length
  for (const person of history.profileIds.keys()) {
    if ((history.places[person] ?? 0) >= share) continue
    const own = readTrade(history, person, trade)
    if (own === undefined) continue
    for (const each of [neighbours, repeats, peers]) each.add(own)
  }
  const { things } = trade
  const candidates = repeats.build({ targets, neighbours: neighbours.build(), things })
  return { trade, candidates, peers: peers.build(targets) }
}
