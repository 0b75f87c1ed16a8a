import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { type KeyValueStore, openKeyValueStore } from '../kv/key-value-store.ts'
import type { Collector, Delivery } from './collector.ts'
import { type Journal, openJournal } from './journal.ts'
import { type CollectorOptions, createJournalCollector } from './journal-collector.ts'
import { createReadDeliveries } from './read-deliveries.ts'

const folder = mkdtempSync(join(tmpdir(), 'likeness-collector-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const dayMs = 86_400_000
const start = Date.UTC(2026, 5, 1)
let folderCount = 0

type Opened = { collector: Collector; journal: Journal; store: KeyValueStore; clock: { ms: number } }

/** A collector on a folder of its own, whose store may be made to fail. */
async function withCollector(
  work: (opened: Opened) => Promise<void>,
  options: Partial<CollectorOptions> & {
    path?: string
    spoil?: (store: KeyValueStore) => KeyValueStore
  } = {},
): Promise<void> {
  folderCount += 1
  await using store = openKeyValueStore(options.path ?? join(folder, String(folderCount)))
  const clock = { ms: start }
  const journal = await openJournal(store)
  await using collector = await createJournalCollector({
    store: options.spoil?.(store) ?? store,
    journal,
    readDeliveries: createReadDeliveries(0),
    limits: { journalBytes: 1e9, journalLagMs: 1e9, inFlightBytes: 1e8, crowdedBytes: 1e9 },
    refuse: () => undefined,
    isDiskFull: () => false,
    now: () => new Date(clock.ms),
    ...options,
  })
  await work({ collector, journal, store, clock })
}

function view(messageId: string): object {
  return { type: 'track', event: 'Product Viewed', userId: 'u', messageId, properties: { product_id: 'p' } }
}

function deliver(calls: readonly unknown[], receivedAtMs = start, source = 'web'): Delivery {
  const json = { batch: calls }
  const body = Buffer.from(JSON.stringify(json))
  return { route: 'batch', source, isServer: false, isHistoric: false, receivedAtMs, body, json }
}

const kindsOf = async (outcomes: ReturnType<Collector['accept']>) => (await outcomes).map(({ kind }) => kind)
const waiting = (journal: Journal) => journal.oldest({ maxBytes: 1e9, maxEntries: 1e6 })

test('what is acknowledged lies in the journal byte for byte, also after the folder is opened again', async () => {
  const path = join(folder, 'again')
  const delivery = deliver([view('a'), { type: 'track' }, view('b')])
  await withCollector(
    async ({ collector }) => {
      expect(await kindsOf(collector.accept(delivery))).toEqual(['stored', 'quarantined', 'stored'])
    },
    { path },
  )
  await withCollector(
    async ({ collector, journal }) => {
      const [entry] = waiting(journal)
      expect(Buffer.from(entry?.entry.body ?? []).toString()).toBe(delivery.body.toString())
      expect(entry?.entry).toMatchObject({ source: 'web', receivedAtMs: start, route: 'batch' })
      expect(collector.counts().get('web')).toEqual({
        ...{ received: 3, stored: 2, quarantined: 1, duplicate: 0, rejected: 0 },
      })
      expect(await kindsOf(collector.accept(deliver([view('b')])))).toEqual(['duplicate'])
      expect(waiting(journal)).toHaveLength(1)
    },
    { path },
  )
})

test('a call told twice counts once: in one batch, in a later one, and in one that arrives beside it', async () => {
  await withCollector(async ({ collector, journal }) => {
    const [first, second] = await Promise.all([
      kindsOf(collector.accept(deliver([view('a'), view('a'), view('b')]))),
      kindsOf(collector.accept(deliver([view('b'), view('c')]))),
    ])
    expect(first).toEqual(['stored', 'duplicate', 'stored'])
    expect(second).toEqual(['duplicate', 'stored'])
    expect(await kindsOf(collector.accept(deliver([view('c')])))).toEqual(['duplicate'])
    expect(waiting(journal).map(({ entry }) => entry.repeated)).toEqual([[1], [0]])
  })
})

test('a message id is one source’s own', async () => {
  await withCollector(async ({ collector }) => {
    await collector.accept(deliver([view('a')]))
    expect(await kindsOf(collector.accept(deliver([view('a')], start, 'server')))).toEqual(['stored'])
  })
})

test('a call is known for seven days, whichever day of the week it came', async () => {
  for (const offset of [0, 2, 6]) {
    await withCollector(async ({ collector }) => {
      const cameMs = start + offset * dayMs
      await collector.accept(deliver([view('a')], cameMs))
      const laterMs = cameMs + 7 * dayMs
      expect(await kindsOf(collector.accept(deliver([view('a')], laterMs - 1)))).toEqual(['duplicate'])
      expect(await kindsOf(collector.accept(deliver([view('a')], laterMs)))).toEqual(['stored'])
      expect(await kindsOf(collector.accept(deliver([view('a')], laterMs + 6 * dayMs)))).toEqual([
        'duplicate',
      ])
    })
  }
})

test('a full disk is told as such, nothing is acknowledged, and it goes on by itself', async () => {
  let isFull = false
  const spoil = (store: KeyValueStore): KeyValueStore => ({
    path: store.path,
    table: (name, options) => store.table(name, options),
    transact: (work) => store.transact(work),
    clear: (name) => store.clear(name),
    compact: () => store.compact(),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
    write: (work) =>
      isFull ? Promise.reject(new Error('Commit failed: No space left on device')) : store.write(work),
  })
  await withCollector(
    async ({ collector, journal }) => {
      await collector.accept(deliver([view('a')]))
      isFull = true
      const refused = { code: 'disk_full', retryAfterSeconds: 30 }
      await expect(collector.accept(deliver([view('b')]))).rejects.toMatchObject(refused)
      isFull = false
      expect(await kindsOf(collector.accept(deliver([view('b'), view('a')])))).toEqual([
        'stored',
        'duplicate',
      ])
      expect(waiting(journal)).toHaveLength(2)
      expect(collector.counts().get('web')).toEqual({
        ...{ received: 4, stored: 2, duplicate: 1, quarantined: 0, rejected: 1 },
      })
    },
    { spoil },
  )
})

test('a repeat of a call whose own write fails is not acknowledged either', async () => {
  const failing = Promise.withResolvers<void>()
  let writeCount = 0
  const spoil = (store: KeyValueStore): KeyValueStore => ({
    path: store.path,
    table: (name, options) => store.table(name, options),
    transact: (work) => store.transact(work),
    clear: (name) => store.clear(name),
    compact: () => store.compact(),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
    write(work) {
      writeCount += 1
      // The first is of the table of weeks.
      return writeCount === 2 ? failing.promise : store.write(work)
    },
  })
  await withCollector(
    async ({ collector }) => {
      const both = Promise.allSettled([
        collector.accept(deliver([view('a')])),
        collector.accept(deliver([view('a')])),
      ])
      while (writeCount < 2) await new Promise(setImmediate)
      failing.reject(new Error('ENOSPC'))
      expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
      expect(collector.counts().get('web')).toMatchObject({
        ...{ received: 2, rejected: 2, stored: 0, duplicate: 0 },
      })
    },
    { spoil },
  )
})

test.each([
  ['the disk has too little room', { isDiskFull: () => true }, 'disk_full'],
  [
    'the journal is full',
    { limits: { journalBytes: 10, journalLagMs: 1e9, inFlightBytes: 1e8, crowdedBytes: 1e9 } },
    'overloaded',
  ],
  [
    'too much is being written',
    { limits: { journalBytes: 1e9, journalLagMs: 1e9, inFlightBytes: 10, crowdedBytes: 1e9 } },
    'overloaded',
  ],
])('when %s, senders are told to come again', async (_name, options, code) => {
  await withCollector(async ({ collector, journal }) => {
    await expect(collector.accept(deliver([view('a'), view('b')]))).rejects.toMatchObject({
      code,
      retryAfterSeconds: expect.any(Number),
    })
    expect(waiting(journal)).toHaveLength(0)
    expect(collector.counts().get('web')).toMatchObject({ received: 2, rejected: 2 })
  }, options)
})

test('when the oldest call has waited too long for the database, senders are told to come again', async () => {
  const limits = { journalBytes: 1e9, journalLagMs: 60_000, inFlightBytes: 1e8, crowdedBytes: 1e9 }
  await withCollector(
    async ({ collector, journal, store, clock }) => {
      await collector.accept(deliver([view('a')]))
      clock.ms += 61_000
      await expect(collector.accept(deliver([view('b')]))).rejects.toMatchObject({ code: 'overloaded' })
      const entries = waiting(journal)
      await store.write(() => journal.remove(entries))
      journal.forget(entries)
      expect(await kindsOf(collector.accept(deliver([view('b')])))).toEqual(['stored'])
    },
    { limits },
  )
})

test('a refused call is set aside with the reason and is known again', async () => {
  const refuse = () => ({ reason: 'forbidden_key', detail: 'not with this key' }) as const
  await withCollector(
    async ({ collector, journal }) => {
      expect(await collector.accept(deliver([view('a')]))).toEqual([
        { kind: 'quarantined', reason: 'forbidden_key', detail: 'not with this key' },
      ])
      expect(waiting(journal)[0]?.entry.refused).toHaveLength(1)
      expect(await kindsOf(collector.accept(deliver([view('a')])))).toEqual(['duplicate'])
    },
    { refuse },
  )
})

const replay = (calls: readonly unknown[], receivedAtMs = start): Delivery => ({
  ...deliver(calls, receivedAtMs),
  isReplay: true,
})
/** Refuses everything until it is told otherwise. */
function refuseAtFirst() {
  const state = { isRefusing: true }
  const refuse = () =>
    state.isRefusing ? ({ reason: 'forbidden_key', detail: 'not with this key' } as const) : undefined
  return { state, refuse }
}

test('a call that was only ever set aside is stored when it is replayed, once, and its time is kept', async () => {
  const { state, refuse } = refuseAtFirst()
  await withCollector(
    async ({ collector, journal, clock }) => {
      await collector.accept(deliver([view('a')]))
      state.isRefusing = false
      clock.ms = start + 12 * dayMs
      expect(await kindsOf(collector.accept(replay([view('a')])))).toEqual(['stored'])
      clock.ms += 6 * dayMs
      expect(await kindsOf(collector.accept(replay([view('a')])))).toEqual(['duplicate'])
      expect(waiting(journal)[1]?.entry).toMatchObject({ receivedAtMs: start, isHistoric: false })
    },
    {
      refuse,
      limits: { journalBytes: 1e9, journalLagMs: 30 * dayMs, inFlightBytes: 1e8, crowdedBytes: 1e9 },
    },
  )
})

test('two replays at a time store a call once', async () => {
  const { state, refuse } = refuseAtFirst()
  await withCollector(
    async ({ collector, journal }) => {
      await collector.accept(deliver([view('a')]))
      state.isRefusing = false
      const replays = [1, 2].map(() => kindsOf(collector.accept(replay([view('a')]))))
      expect(await Promise.all(replays)).toEqual([['stored'], ['duplicate']])
      expect(waiting(journal)).toHaveLength(2)
    },
    { refuse },
  )
})

test('what is refused again is left where it lies, and may be stored later', async () => {
  const { state, refuse } = refuseAtFirst()
  await withCollector(
    async ({ collector, journal }) => {
      await collector.accept(deliver([view('a'), { type: 'track' }]))
      expect(await kindsOf(collector.accept(replay([view('a')])))).toEqual(['quarantined'])
      expect(await kindsOf(collector.accept(replay([{ type: 'track' }])))).toEqual(['quarantined'])
      expect(waiting(journal)).toHaveLength(1)
      state.isRefusing = false
      expect(await kindsOf(collector.accept(replay([view('a')])))).toEqual(['stored'])
    },
    { refuse },
  )
})

test('a call stored in another telling is not stored by a replay', async () => {
  await withCollector(async ({ collector }) => {
    await collector.accept(deliver([view('a')]))
    expect(await kindsOf(collector.accept(replay([view('a')], start - 8 * dayMs)))).toEqual(['duplicate'])
  })
})

test('a replay moves its call in the counts and is not received anew', async () => {
  const { state, refuse } = refuseAtFirst()
  await withCollector(
    async ({ collector }) => {
      await collector.accept(deliver([view('a'), view('b')]))
      state.isRefusing = false
      await collector.accept(replay([view('a')]))
      await collector.accept(replay([view('a')]))
      await collector.accept(replay([{ type: 'track' }]))
      const counts = { received: 2, stored: 1, duplicate: 0, quarantined: 1, rejected: 0 }
      expect(collector.counts().get('web')).toEqual(counts)
    },
    { refuse },
  )
})

test('a replayed call from long ago does not look like a database that lags', async () => {
  const limits = { journalBytes: 1e9, journalLagMs: 60_000, inFlightBytes: 1e8, crowdedBytes: 1e9 }
  await withCollector(
    async ({ collector }) => {
      expect(await kindsOf(collector.accept(replay([view('a')], start - 5 * dayMs)))).toEqual(['stored'])
      expect(await kindsOf(collector.accept(deliver([view('b')])))).toEqual(['stored'])
    },
    { limits },
  )
})

test('those who watch are told of every call once it is acknowledged', async () => {
  await withCollector(async ({ collector }) => {
    const told: string[] = []
    const stop = collector.watch(({ outcome }) => told.push(outcome.kind))
    await collector.accept(deliver([view('a'), view('a'), { type: 'track' }]))
    stop()
    await collector.accept(deliver([view('z')]))
    expect(told).toEqual(['stored', 'duplicate', 'quarantined'])
  })
})

test('senders are slowed down to the pace of the fold, and not while the database is away', async () => {
  const limits = { journalBytes: 1e9, journalLagMs: 1e9, inFlightBytes: 1e8, crowdedBytes: 10 }
  await withCollector(
    async ({ collector, journal, store }) => {
      expect(await kindsOf(collector.accept(deliver([view('a')])))).toEqual(['stored'])
      expect(await kindsOf(collector.accept(deliver([view('b')])))).toEqual(['stored'])
      const [first, second] = waiting(journal)
      if (first === undefined || second === undefined) throw new Error('two deliveries wait')
      const fold = async (entry: typeof first) => {
        await store.write(() => journal.remove([entry]))
        journal.forget([entry])
      }
      await fold(first)
      let isTaken = false
      const slowed = collector.accept(deliver([view('c')])).then(() => {
        isTaken = true
      })
      await new Promise(setImmediate)
      expect([isTaken, waiting(journal).length]).toEqual([false, 1])
      await fold(second)
      await slowed
      expect(waiting(journal)).toHaveLength(1)
    },
    { limits },
  )
})
