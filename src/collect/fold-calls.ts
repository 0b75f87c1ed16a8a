import { setTimeout as wait } from 'node:timers/promises'
import type { IdentityStatement } from '../core/identity.ts'
import type { Log } from '../core/log.ts'
import type { Database } from '../database/database.ts'
import type { KeyValueStore, Table } from '../kv/key-value-store.ts'
import type { TextEnricher } from './enricher.ts'
import type { EntrySpan, Journal, NumberedEntry } from './journal.ts'
import { type LiveCalls, sortCalls, toEventRow, toTraitRow } from './live/live-rows.ts'
import { openRhythm, type Rhythm } from './live/rhythm.ts'
import { type OwnedLine, tieKey, tieLiveRefunds } from './live/tie-live-refunds.ts'
import type { ReadDeliveries } from './read-deliveries.ts'
import type { ItemStatement, TraitStatement } from './segment/parsed-call.ts'
import type { WhoIsWho } from './who-is-who.ts'

export type FoldOptions = {
  readonly store: KeyValueStore
  readonly journal: Journal
  readonly database: Database
  readonly readDeliveries: ReadDeliveries
  readonly who: WhoIsWho
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

/** One insert is one block of the engine, whose token makes a second try harmless; a block has at most so many bytes. */
const batchLimits = { maxBytes: 6 * 1024 * 1024, maxEntries: 2_000 }
/** Calls that come within this time share an insert: freshness against the number of parts. */
const gatherMs = 200
const firstRetryMs = 250
const lastRetryMs = 10_000

export function createFold(options: FoldOptions): Fold {
  const folding: Table<EntrySpan> = options.store.table('folding', { values: 'json', keys: 'ordered' })
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
  const { store, journal } = options
  const entries = await planBatch(options, folding)
  const [first, last] = [entries[0], entries.at(-1)]
  if (first === undefined || last === undefined) return false
  const calls = sortCalls(entries, (entry) => options.readDeliveries.take(entry))
  await options.who.learn(calls.links.map(options.protectLink))
  await storeCalls(options, calls, rhythm, `live-${journal.id}-${first.sequence}-${last.sequence}`)
  await store.write(() => {
    journal.remove(entries)
    rhythm.remember()
    folding.remove('span')
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

async function storeCalls(
  { database, who, learnItems, protectTrait, enricher }: FoldOptions,
  calls: LiveCalls,
  rhythm: Rhythm,
  token: string,
): Promise<void> {
  rhythm.watch(calls.lines.map(({ line }) => line))
  // The squash rewrites partitions in a turn of its own: what is inserted meanwhile would be lost.
  await database.takeTurns('events', async () => {
    await who.mirror()
    // In the turn: an answer from before it may be of before a squash, and nothing would mend the row.
    const lines = calls.lines.map((each): OwnedLine => {
      const { userId, anonymousId, atMs } = each.line
      return { ...each, profileId: who.profileOf(userId, anonymousId, atMs) }
    })
    const ties = await tieLiveRefunds(database, lines)
    const rows = lines.map((owned) => {
      const refundOf = ties.get(tieKey(owned)) ?? ''
      const extraMarks = listMarks(owned, refundOf, rhythm)
      return toEventRow(owned, { profileId: owned.profileId, refundOf, extraMarks })
    })
    await enricher.enrichLines(
      lines.map(({ line }) => line),
      token,
    )
    await database.insert('events', rows, { token })
  })
  await database.insert('trait_statements', calls.traits.map(protectTrait).map(toTraitRow), { token })
  await database.insert('quarantine', calls.quarantine, { token })
  await learnItems(calls.items)
}

function listMarks({ line }: OwnedLine, refundOf: string, rhythm: Rhythm): readonly string[] {
  const marks: string[] = []
  if (rhythm.isBot(line.anonymousId)) marks.push('bot')
  const isUntied =
    line.kind === 'refund' && line.lineType === 'product' && line.itemId !== '' && refundOf === ''
  if (isUntied) marks.push('untied_refund')
  return marks
}
