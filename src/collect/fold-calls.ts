import { setTimeout as wait } from 'node:timers/promises'
import type { IdentityStatement } from '../core/identity.ts'
import type { Log } from '../core/log.ts'
import type { Database } from '../database/database.ts'
import type { KeyValueStore, Table } from '../kv/key-value-store.ts'
import type { LineReadings, TextEnricher } from './enricher.ts'
import type { EntrySpan, Journal, NumberedEntry } from './journal.ts'
import { type LiveCalls, sortCalls, toEventRow, toTraitRow } from './live/live-rows.ts'
import { buildBatch, findUnknown } from './live/profile-batch.ts'
import { openRhythm, type Rhythm } from './live/rhythm.ts'
import { type MarkedLine, type OwnedLine, tieKey, tieLiveRefunds } from './live/tie-live-refunds.ts'
import type { ProfileFold } from './profile-fold.ts'
import type { ReadDeliveries } from './read-deliveries.ts'
import type { ItemStatement, TraitStatement } from './segment/parsed-call.ts'
import type { WhoIsWho } from './who-is-who.ts'

export type FoldOptions = {
  readonly store: KeyValueStore
  readonly journal: Journal
  readonly database: Database
  readonly readDeliveries: ReadDeliveries
  readonly who: WhoIsWho
  /** Keeps the living profiles of people. */
  readonly profiles: ProfileFold
  /** Takes in what events say of items. */
  readonly learnItems: (items: readonly ItemStatement[]) => Promise<void>
  /** E-mail addresses and telephone numbers as they may be kept. */
  readonly protectTrait: (trait: TraitStatement) => TraitStatement
  readonly protectLink: (link: IdentityStatement) => IdentityStatement
  readonly enricher: TextEnricher
  readonly log: Log
}

/** Brings journalled calls into the history, each once, whatever is cut off when. */
export type Fold = {
  /** Folds what waits, then goes on with what comes until the signal fires. Trouble with the database is waited out. */
  run(signal: AbortSignal): Promise<void>
  /** Folds what waits now. @throws AppError as the database does. */
  drain(signal?: AbortSignal): Promise<void>
}

/** Tells whether a batch was begun and is not done: the history may hold it, or a part. */
export function createFoldingCheck(store: KeyValueStore): () => boolean {
  const folding = openFolding(store)
  return () => folding.has('span')
}

/** The span that is being folded. */
function openFolding(store: KeyValueStore): Table<EntrySpan> {
  return store.table('folding', { values: 'json', keys: 'ordered' })
}

/** One insert is one block of the engine, whose token makes a second try harmless; a block has at most so many bytes. */
const batchLimits = { maxBytes: 6 * 1024 * 1024, maxEntries: 2_000 }
/** Calls that come within this time share an insert: freshness against the number of parts. */
const gatherMs = 200
/** More than a batch makes; what is left over comes with the next one. */
const movesPerBatch = 10_000
const firstRetryMs = 250
const lastRetryMs = 10_000

export function createFold(options: FoldOptions): Fold {
  const folding = openFolding(options.store)
  const rhythm = openRhythm(options.store)
  let turn: Promise<unknown> = Promise.resolve()
  /** `run` and `drain` may overlap; a batch is folded by one of them. */
  const foldNext = () => {
    const mine = turn.then(() => foldBatch(options, folding, rhythm))
    turn = mine.catch(() => undefined)
    return mine
  }
  return {
    async run(signal) {
      let retryMs = firstRetryMs
      while (!signal.aborted) {
        try {
          await options.journal.whenWaiting(signal)
          await pause(gatherMs, signal)
          while (!signal.aborted && (await foldNext())) retryMs = firstRetryMs
        } catch (error) {
          options.log.warn('folding failed and will be tried again', { error: String(error), retryMs })
          await pause(retryMs, signal)
          retryMs = Math.min(lastRetryMs, retryMs * 2)
        }
      }
    },
    async drain(signal) {
      while (!signal?.aborted && (await foldNext()));
    },
  }
}

/** Ends early when the signal fires; that is no failure. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal }).catch(() => undefined)
}

/** False when nothing waits. */
async function foldBatch(options: FoldOptions, folding: Table<EntrySpan>, rhythm: Rhythm): Promise<boolean> {
  const { store, journal, who } = options
  const entries = await planBatch(options, folding)
  const [first, last] = [entries[0], entries.at(-1)]
  if (first === undefined || last === undefined) return false
  const calls = sortCalls(entries, (entry) => options.readDeliveries.take(entry))
  const unknown = findUnknown(calls, who)
  // Rows come after what is learnt of their ids, so that an id nobody has heard of has none.
  await who.learn(calls.links.map(options.protectLink), { areNewIdsUnstored: true })
  const token = `live-${journal.id}-${first.sequence}-${last.sequence}`
  // Whoever reads a history to keep it waits: it holds all of a batch, or nothing.
  await options.database.takeTurns('profiles', async () => {
    const stored = await storeCalls(options, calls, rhythm, token)
    const moves = who.moves(movesPerBatch)
    const position = { journalId: journal.id, sequence: last.sequence }
    const traits = calls.traits.map(options.protectTrait)
    const batch = buildBatch({ ...stored, traits, unknown, moves, position }, who)
    const { commit, settled } = await options.profiles.prepare(batch)
    await store.write(() => {
      journal.remove(entries)
      rhythm.remember()
      folding.remove('span')
      commit()
    })
    settled()
    await who.settleMoves(moves)
  })
  journal.forget(entries)
  return true
}

/** What a batch holds is on disk before it is begun: a second try must store the very same rows. */
async function planBatch(
  { store, journal }: FoldOptions,
  folding: Table<EntrySpan>,
): Promise<readonly NumberedEntry[]> {
  const begun = folding.get('span')
  if (begun !== undefined) {
    const entries = journal.read(begun)
    if (entries.length > 0) return entries
  }
  const entries = journal.oldest(batchLimits)
  const [first, last] = [entries[0], entries.at(-1)]
  if (first !== undefined && last !== undefined) {
    await store.write(() => folding.put('span', { from: first.sequence, to: last.sequence }))
  }
  return entries
}

/** What was stored, with what models say of its words. */
type StoredLines = { readonly lines: readonly MarkedLine[]; readonly readings: LineReadings }

async function storeCalls(
  { database, who, learnItems, protectTrait, enricher }: FoldOptions,
  calls: LiveCalls,
  rhythm: Rhythm,
  token: string,
): Promise<StoredLines> {
  rhythm.watch(calls.lines.map(({ line }) => line))
  // The squash rewrites partitions in a turn of its own: what is inserted meanwhile would be lost.
  const stored = await database.takeTurns('events', async () => {
    await who.mirror()
    // In the turn: an answer from before it may be of before a squash, and nothing would mend the row.
    const lines = calls.lines.map((each): OwnedLine => {
      const { userId, anonymousId, atMs } = each.line
      return { ...each, profileId: who.profileOf(userId, anonymousId, atMs) }
    })
    const ties = await tieLiveRefunds(database, lines)
    const marked = lines.map((owned) => {
      const refundOf = ties.get(tieKey(owned)) ?? ''
      return { ...owned, refundOf, extraMarks: listMarks(owned, refundOf, rhythm) }
    })
    const readings = await enricher.enrichLines(
      lines.map(({ line }) => line),
      token,
    )
    await database.insert('events', marked.map(toRow), { token })
    return { lines: marked, readings }
  })
  await database.insert('trait_statements', calls.traits.map(protectTrait).map(toTraitRow), { token })
  await database.insert('quarantine', calls.quarantine, { token })
  await learnItems(calls.items)
  return stored
}

function toRow({ profileId, refundOf, extraMarks, ...live }: MarkedLine): object {
  return toEventRow(live, { profileId, refundOf, extraMarks })
}

function listMarks({ line }: OwnedLine, refundOf: string, rhythm: Rhythm): readonly string[] {
  const marks: string[] = []
  if (rhythm.isBot(line.anonymousId)) marks.push('bot')
  const isUntied =
    line.kind === 'refund' && line.lineType === 'product' && line.itemId !== '' && refundOf === ''
  if (isUntied) marks.push('untied_refund')
  return marks
}
