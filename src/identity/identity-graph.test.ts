import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import type { Identity, IdentityKind, IdentityStatement } from '../core/identity.ts'
import { openKeyValueStore } from '../kv/key-value-store.ts'
import { createIdentityGraph, type IdentityGraph, type OverrideRow } from './identity-graph.ts'
import { buildNaiveGraph } from './testing/naive-graph.ts'

const folder = mkdtempSync(join(tmpdir(), 'likeness-identity-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
let graphCount = 0

async function withGraph<Result>(work: (graph: IdentityGraph) => Promise<Result>): Promise<Result> {
  graphCount += 1
  await using store = openKeyValueStore(join(folder, String(graphCount)))
  return await work(createIdentityGraph(store))
}

const user = (id: string): Identity => ({ kind: 'user_id', id })
const device = (id: string): Identity => ({ kind: 'anonymous_id', id })
const minute = 60_000
const start = Date.UTC(2026, 0, 1)
function say(
  kind: IdentityStatement['kind'],
  first: Identity,
  second: Identity,
  minutes: number,
): IdentityStatement {
  return { kind, first, second, atMs: start + minutes * minute, source: 'test' }
}
const at = (minutes: number) => start + minutes * minute

const kinds: readonly IdentityKind[] = ['user_id', 'anonymous_id', 'email', 'device_id', 'external:app']
const identities = fc.record({
  kind: fc.constantFrom<IdentityKind>(...kinds, 'user_id', 'anonymous_id', 'anonymous_id'),
  id: fc.constantFrom('1', '2', '3', '4'),
})
/** A few ids and moments, so that they meet; times in tens of seconds, so that minutes are shared. */
const statements = fc.array(
  fc
    .record({
      kind: fc.constantFrom<IdentityStatement['kind']>(
        'together',
        'together',
        'together',
        'together',
        'merge',
        'split',
      ),
      first: identities,
      second: identities,
      atMs: fc.integer({ min: 0, max: 60 }).map((tens) => start + tens * 10_000),
      source: fc.constant('test'),
    })
    .filter(({ first, second }) => first.kind !== second.kind || first.id !== second.id),
  { maxLength: 25 },
)
const batched = fc.tuple(statements, fc.integer({ min: 1, max: 7 }), fc.infiniteStream(fc.nat()))

function inBatches(list: readonly IdentityStatement[], size: number): IdentityStatement[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size),
  )
}

function shuffle<Value>(list: readonly Value[], numbers: Stream<number>): Value[] {
  const left = [...list]
  const shuffled: Value[] = []
  while (left.length > 0) {
    const next = numbers.next().value as number
    shuffled.push(...left.splice(next % left.length, 1))
  }
  return shuffled
}
type Stream<Value> = IterableIterator<Value>

test('the order in which things become known, and in how many pieces, does not matter', async () => {
  await fc.assert(
    fc.asyncProperty(batched, async ([list, size, numbers]) => {
      const inOrder = await withGraph(async (graph) => {
        await graph.learn(list)
        return graph.snapshot()
      })
      const shuffled = await withGraph(async (graph) => {
        for (const batch of inBatches(shuffle(list, numbers), size)) await graph.learn(batch)
        return graph.snapshot()
      })
      expect(shuffled).toEqual(inOrder)
    }),
    { numRuns: 150 },
  )
}, 120_000)

test('the graph is the one that the rules say, written down independently', async () => {
  await fc.assert(
    fc.asyncProperty(batched, async ([list, size, numbers]) => {
      const naive = buildNaiveGraph(list)
      await withGraph(async (graph) => {
        for (const batch of inBatches(shuffle(list, numbers), size)) await graph.learn(batch)
        for (const { first, second } of list) {
          for (const identity of [first, second]) {
            expect([identity, graph.find(identity) ?? '']).toEqual([
              identity,
              naive.clusterOf(identity) ?? '',
            ])
          }
        }
        for (const id of ['1', '2', '3', '4']) {
          expect(graph.profileOf(id, '', at(3))).toBe(naive.profileOf(id, '', at(3)))
          for (let tens = -1; tens < 62; tens += 3) {
            const atMs = start + tens * 10_000
            expect([id, tens, graph.profileOf('', id, atMs)]).toEqual([
              id,
              tens,
              naive.profileOf('', id, atMs),
            ])
          }
        }
      })
    }),
    { numRuns: 150 },
  )
}, 120_000)

test('rows stored as was known when they came, read with what the graph says of them since, belong where it says now', async () => {
  await fc.assert(
    fc.asyncProperty(batched, fc.integer({ min: 0, max: 5 }), async ([list, size, numbers], squashEvery) => {
      await withGraph(async (graph) => {
        const rows: { kind: string; id: string; atMs: number; stored: string }[] = []
        const told = new Map<string, OverrideRow>()
        for (const [index, batch] of inBatches(shuffle(list, numbers), size).entries()) {
          await graph.learn(batch)
          const changes = graph.pending(1000)
          for (const row of changes.overrides) told.set(`${row.kind} ${row.id}`, row)
          await graph.settle(changes)
          for (const id of ['1', '2', '3', '4']) {
            const atMs = start + ((index * 70_000 + Number(id) * 10_000) % 620_000)
            rows.push({ kind: 'user_id', id, atMs, stored: graph.profileOf(id, '', atMs) })
            rows.push({ kind: 'anonymous_id', id, atMs, stored: graph.profileOf('', id, atMs) })
          }
          const read = (row: (typeof rows)[number]) => {
            const override = told.get(`${row.kind} ${row.id}`)
            const span = override?.spans.find(([from, until]) => row.atMs > from && row.atMs <= until)
            if (span !== undefined && span[2] !== row.stored) expect(override?.storedAs).toContain(row.stored)
            return span?.[2] ?? row.stored
          }
          for (const row of rows) {
            const [userId, anonymousId] = row.kind === 'user_id' ? [row.id, ''] : ['', row.id]
            expect([row, read(row)]).toEqual([row, graph.profileOf(userId, anonymousId, row.atMs)])
          }
          if (squashEvery > 0 && index % squashEvery === 0) {
            const overrides = graph.overrides()
            for (const row of rows) row.stored = read(row)
            await graph.markSquashed(overrides)
            for (const { kind, id } of overrides) told.delete(`${kind} ${id}`)
          }
        }
      })
    }),
    { numRuns: 150 },
  )
}, 120_000)

test('said again, nothing changes and nothing is to be told', async () => {
  await fc.assert(
    fc.asyncProperty(statements, async (list) => {
      await withGraph(async (graph) => {
        await graph.learn(list)
        const before = graph.snapshot()
        await graph.settle(graph.pending(1000))
        await graph.learn(list)
        expect(graph.snapshot()).toEqual(before)
        expect(graph.pending(1000).versions).toEqual([])
      })
    }),
    { numRuns: 50 },
  )
})

test('no user belongs to two profiles, and two users share one only when they were merged', async () => {
  await fc.assert(
    fc.asyncProperty(statements, async (list) => {
      const isMerged = list.some(
        ({ kind, first, second }) =>
          kind === 'merge' && first.kind === 'user_id' && second.kind === 'user_id',
      )
      await withGraph(async (graph) => {
        await graph.learn(list)
        const users = Object.values(graph.snapshot().profiles).map((ids) =>
          ids.filter((id) => id.startsWith('user_id:')),
        )
        expect(new Set(users.flat()).size).toBe(users.flat().length)
        if (!isMerged) for (const of of users) expect(of.length).toBeLessThanOrEqual(1)
      })
    }),
    { numRuns: 100 },
  )
})

test('a merge that is split again leaves both as they were', async () => {
  await fc.assert(
    fc.asyncProperty(statements, async (list) => {
      const [first, second] = [user('1'), user('2')]
      const others = list.filter((each) => !(each.first.kind === 'user_id' && each.second.kind === 'user_id'))
      await withGraph(async (graph) => {
        await graph.learn(others)
        await graph.learn([say('together', first, first, 0), say('together', second, second, 0)])
        const before = graph.snapshot()
        await graph.learn([say('merge', first, second, 100)])
        await graph.learn([say('split', first, second, 101)])
        expect(graph.snapshot()).toEqual(before)
      })
    }),
    { numRuns: 60 },
  )
})

test('the history of a device is of the person who logs in, before and after', async () => {
  await withGraph(async (graph) => {
    expect(graph.profileOf('', 'd', at(0))).toBe('d')
    await graph.learn([say('together', user('ann'), device('d'), 5)])
    expect([at(0), at(5), at(99)].map((time) => graph.profileOf('', 'd', time))).toEqual([
      'ann',
      'ann',
      'ann',
    ])
  })
})

test('a device of two people belongs to neither; its events go to whoever logs in next, else to the device', async () => {
  await withGraph(async (graph) => {
    await graph.learn([
      say('together', user('ann'), device('d'), 5),
      say('together', user('bob'), device('d'), 15),
    ])
    expect(graph.find(device('d'))).toBeUndefined()
    expect([at(0), at(5), at(6), at(15), at(16)].map((time) => graph.profileOf('', 'd', time))).toEqual([
      ...['ann', 'ann', 'bob', 'bob', 'd'],
    ])
    await graph.learn([say('together', user('ann'), device('d'), 30)])
    expect(graph.profileOf('', 'd', at(16))).toBe('ann')
    expect(graph.snapshot().profiles).toEqual({ ann: ['user_id:ann'], bob: ['user_id:bob'] })
  })
})

test('a profile keeps its five earliest e-mail addresses', async () => {
  await withGraph(async (graph) => {
    const addresses = [1, 2, 3, 4, 5, 6, 7].map((number): Identity => ({ kind: 'email', id: `e${number}` }))
    await graph.learn(
      addresses.map((address, index) => say('together', user('ann'), address, 10 - index)).reverse(),
    )
    const kept = addresses.map((address) => graph.find(address))
    expect(kept).toEqual([undefined, undefined, 'ann', 'ann', 'ann', 'ann', 'ann'])
    expect(graph.clusterOf('ann')?.refused.map(({ kind }) => kind)).toEqual(['email', 'email'])
  })
})

test('an address leads two devices to one person', async () => {
  await withGraph(async (graph) => {
    const address: Identity = { kind: 'email', id: 'hash' }
    await graph.learn([
      say('together', device('phone'), address, 1),
      say('together', device('laptop'), address, 2),
    ])
    expect(graph.profileOf('', 'laptop', at(9))).toBe('phone')
    await graph.learn([say('together', user('ann'), address, 3)])
    expect(graph.profileOf('', 'laptop', at(9))).toBe('ann')
    expect(graph.clusterOf('ann')?.identities).toHaveLength(4)
  })
})

test('what was learnt is there after the folder is opened again', async () => {
  const path = join(folder, 'again')
  const list = [say('together', user('ann'), device('d'), 5), say('together', user('bob'), device('d'), 15)]
  const before = await (async () => {
    await using store = openKeyValueStore(path)
    const graph = createIdentityGraph(store)
    await graph.learn(list)
    return graph.snapshot()
  })()
  await using store = openKeyValueStore(path)
  expect(createIdentityGraph(store).snapshot()).toEqual(before)
})
