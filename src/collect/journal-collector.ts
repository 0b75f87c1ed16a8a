import type { KeyValueStore } from '../kv/key-value-store.ts'
import type { CallOutcome, CollectedCall, Collector, Delivery, UnreadableBody } from './collector.ts'
import { listCalls } from './delivery.ts'
import {
  type BackPressure,
  type BackPressureOptions,
  createBackPressure,
  explainRefusedWrite,
} from './live/back-pressure.ts'
import { type CallCounter, openCallCounter } from './live/call-counts.ts'
import type { EntryHead, JournalEntry, RefusedCall } from './live/journal-entry.ts'
import { type KnownCall, readCall } from './live/read-call.ts'
import { openSeenCalls, type SeenCalls, type Telling } from './live/seen-calls.ts'
import type { ReadDeliveries } from './read-deliveries.ts'

export type CollectorOptions = BackPressureOptions & {
  readonly store: KeyValueStore
  /** Why a call that can be read is refused all the same, such as an order sent with a browser's key. */
  readonly refuse: (call: unknown, delivery: Delivery) => Omit<RefusedCall, 'index'> | undefined
  /** What was read here is handed to the fold, which then need not read it again. */
  readonly readDeliveries: ReadDeliveries
}

/** Takes calls into the journal: each delivery is one entry, acknowledged once it is on disk. */
export async function createJournalCollector(
  options: CollectorOptions,
): Promise<Collector & AsyncDisposable> {
  const seen = await openSeenCalls(options.store, options.now().getTime())
  return new JournalCollector(options, seen, openCallCounter(options.store))
}

type Judged = {
  readonly outcomes: readonly CallOutcome[]
  readonly head: EntryHead
  /** Ids that are told for the first time, with what becomes of their calls. */
  readonly tellings: ReadonlyMap<string, Telling>
  /** Writes of other deliveries, not yet on disk, with the number of their calls that are repeated here. */
  readonly awaited: ReadonlyMap<Promise<void>, number>
}

/** What was replayed was counted when it came. */
type Counted = { readonly source: string; readonly isReplay?: boolean }

const duplicate: CallOutcome = { kind: 'duplicate' }

class JournalCollector implements Collector, AsyncDisposable {
  readonly #options: CollectorOptions
  readonly #seen: SeenCalls
  readonly #counter: CallCounter
  readonly #pressure: BackPressure
  /** Message ids on their way to disk, with the write that holds them. */
  readonly #writing = new Map<string, Promise<void>>()
  readonly #watchers = new Set<(call: CollectedCall) => void>()
  readonly #running = new Set<Promise<unknown>>()

  constructor(options: CollectorOptions, seen: SeenCalls, counter: CallCounter) {
    this.#options = options
    this.#seen = seen
    this.#counter = counter
    this.#pressure = createBackPressure(options)
  }

  async accept(delivery: Delivery): Promise<readonly CallOutcome[]> {
    const calls = listCalls(delivery.route, delivery.json)
    if ('kind' in calls) {
      await this.setAside({ ...delivery, ...calls })
      return [calls]
    }
    this.#refuseWhenFull(delivery, calls.length)
    await this.#pressure.slowDown()
    // Whoever replays twice does so by the clock of today, whenever the calls came.
    const toldAtMs = delivery.isReplay ? this.#options.now().getTime() : delivery.receivedAtMs
    await this.#seen.rotate(toldAtMs)
    const read = calls.map((call) => readCall(call, delivery))
    const { outcomes, head, tellings, awaited } = this.#judge(read, delivery, toldAtMs)
    const isNews = (head.repeated?.length ?? 0) < calls.length
    this.#count(delivery, outcomes, 1)
    try {
      if (isNews) await this.#append({ ...head, body: delivery.body }, tellings, read)
    } catch (error) {
      this.#count(delivery, outcomes, -1)
      this.#countRefused(delivery, calls.length)
      throw error
    }
    await this.#awaitFirstTellings(delivery, awaited)
    this.#tellWatchers(delivery, calls, outcomes)
    return outcomes
  }

  /** A repeat is acknowledged only once what it repeats is on disk: were it not, nobody would have kept the call. */
  async #awaitFirstTellings(
    { source, isReplay = false }: Delivery,
    awaited: Judged['awaited'],
  ): Promise<void> {
    let failure: unknown
    for (const [writing, count] of awaited) {
      try {
        await writing
      } catch (error) {
        failure = error
        if (!isReplay) this.#counter.add(source, { duplicate: -count, rejected: count })
      }
    }
    if (failure !== undefined) throw explainRefusedWrite(failure)
  }

  async setAside(unreadable: UnreadableBody): Promise<void> {
    const { source, isHistoric, receivedAtMs, reason, detail, body } = unreadable
    this.#refuseWhenFull(unreadable, 1)
    const outcomes = [{ kind: 'quarantined', reason, detail }] as const
    const head: EntryHead = {
      route: 'batch',
      source,
      isHistoric,
      receivedAtMs,
      unreadable: { reason, detail },
    }
    this.#count(unreadable, outcomes, 1)
    try {
      await this.#append({ ...head, body: body.subarray(0, keptBytes) }, new Map(), [])
    } catch (error) {
      this.#count(unreadable, outcomes, -1)
      this.countRejected(source, 1)
      throw error
    }
    this.#tellWatchers(unreadable, [undefined], outcomes)
  }

  countRejected(source: string, count: number): void {
    this.#counter.add(source, { received: count, rejected: count })
  }

  counts(): ReturnType<Collector['counts']> {
    return this.#counter.all()
  }

  watch(listener: (call: CollectedCall) => void): () => void {
    this.#watchers.add(listener)
    return () => this.#watchers.delete(listener)
  }

  #refuseWhenFull(delivery: Counted & { readonly body: Buffer }, callCount: number): void {
    const trouble = this.#pressure.findTrouble(delivery.body.length)
    if (trouble === undefined) return
    this.#countRefused(delivery, callCount)
    throw trouble
  }

  /** What becomes of each call; the ids of those that are new are held as being written from here on. */
  #judge(calls: readonly KnownCall[], delivery: Delivery, toldAtMs: number): Judged {
    const { source, receivedAtMs, route, isHistoric, isReplay = false } = delivery
    const repeated: number[] = []
    const refused: RefusedCall[] = []
    const tellings = new Map<string, Telling>()
    const awaited = new Map<Promise<void>, number>()
    const outcomes = calls.map((read, index): CallOutcome => {
      const { key, parsed } = read
      const writing = key === undefined ? undefined : this.#writing.get(`${source}\0${key}`)
      if (writing !== undefined) awaited.set(writing, (awaited.get(writing) ?? 0) + 1)
      const isTold = key !== undefined && (tellings.has(key) || this.#wasTold(key, delivery, toldAtMs))
      const outcome = writing !== undefined || isTold ? duplicate : this.#judgeCall(read, delivery)
      // What is refused again lies in quarantine already.
      if (outcome.kind === 'duplicate' || (isReplay && outcome.kind === 'quarantined')) repeated.push(index)
      else {
        if (key !== undefined) tellings.set(key, outcome.kind)
        if (outcome.kind === 'quarantined' && parsed.kind !== 'quarantined')
          refused.push({ index, reason: outcome.reason, detail: outcome.detail })
      }
      return outcome
    })
    const head: EntryHead = {
      route,
      source,
      isHistoric,
      receivedAtMs,
      ...(isReplay && { replayedAtMs: toldAtMs }),
      ...(repeated.length > 0 && { repeated }),
      ...(refused.length > 0 && { refused }),
    }
    return { outcomes, head, tellings, awaited }
  }

  #judgeCall({ call, parsed }: KnownCall, delivery: Delivery): CallOutcome {
    if (parsed.kind === 'quarantined') return parsed
    const refusal = this.#options.refuse(call, delivery)
    if (refusal === undefined) return { kind: 'stored' }
    return { kind: 'quarantined', reason: refusal.reason, detail: refusal.detail }
  }

  #wasTold(key: string, { source, isReplay = false }: Delivery, toldAtMs: number): boolean {
    const telling = this.#seen.find(source, key, toldAtMs)
    return isReplay ? telling === 'stored' : telling !== undefined
  }

  /** Resolves once the entry, the ids of its calls and the counts are on disk, together. */
  async #append(
    entry: JournalEntry,
    tellings: Judged['tellings'],
    read: readonly KnownCall[],
  ): Promise<void> {
    const { store, journal, readDeliveries } = this.#options
    const bytes = entry.body.byteLength
    let sequence = 0
    this.#pressure.begin(bytes)
    const writing = store.write(() => {
      sequence = journal.append(entry)
      const toldAtMs = entry.replayedAtMs ?? entry.receivedAtMs
      for (const [key, telling] of tellings) this.#seen.add(entry.source, key, telling, toldAtMs)
      this.#counter.put(entry.source)
    })
    const names = [...tellings.keys()].map((key) => `${entry.source}\0${key}`)
    for (const name of names) this.#writing.set(name, writing)
    this.#running.add(writing)
    try {
      await writing
      readDeliveries.keep(sequence, read, bytes)
      journal.settle(sequence, true)
    } catch (error) {
      journal.settle(sequence, false)
      throw explainRefusedWrite(error)
    } finally {
      for (const name of names) this.#writing.delete(name)
      this.#running.delete(writing)
      this.#pressure.end(bytes)
    }
  }

  #count({ source, isReplay = false }: Counted, outcomes: readonly CallOutcome[], sign: 1 | -1): void {
    const countOf = (kind: CallOutcome['kind']) => sign * outcomes.filter((each) => each.kind === kind).length
    const stored = countOf('stored')
    const change = isReplay
      ? { stored, quarantined: -stored }
      : {
          received: sign * outcomes.length,
          stored,
          duplicate: countOf('duplicate'),
          quarantined: countOf('quarantined'),
        }
    this.#counter.add(source, change)
  }

  #countRefused({ source, isReplay = false }: Counted, callCount: number): void {
    if (!isReplay) this.countRejected(source, callCount)
  }

  #tellWatchers(
    { source, receivedAtMs }: { readonly source: string; readonly receivedAtMs: number },
    calls: readonly unknown[],
    outcomes: readonly CallOutcome[],
  ): void {
    if (this.#watchers.size === 0) return
    for (const [index, outcome] of outcomes.entries()) {
      for (const listener of this.#watchers) listener({ receivedAtMs, source, call: calls[index], outcome })
    }
  }

  /** Refuses what comes from here on and waits for what was begun. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#pressure.close()
    await Promise.allSettled(this.#running)
    await this.#options.store.write(() => {
      for (const source of this.#counter.all().keys()) this.#counter.put(source)
    })
  }
}

/** What is kept of a body that cannot be read. */
const keptBytes = 32 * 1024
