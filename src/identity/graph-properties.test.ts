import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Identity, IdentityStatement } from '../core/identity.ts'
import type { GraphSnapshot, IdentityGraph } from './identity-graph.ts'
import { statement } from './testing/draw-statements.ts'
import { buildPlainGraph } from './testing/plain-graph.ts'
import { openTemporaryGraph } from './testing/temporary-graph.ts'

const history = fc.array(statement, { maxLength: 24 })
/** Small, so that they are met. */
const rules = { maxUsers: 2, maxLinks: 4 }

const wideRules = { maxUsers: 100, maxLinks: 1_000 }

const start = Date.UTC(2026, 0, 1)
const moments = [0, 20_000, 30_000, 40_001, 130_000, 241_000, 3_600_000, 10_000_000, 40_000_000].map(
  (ms) => start + ms,
)
const possibleRows = moments.flatMap((atMs) => [
  ...['a1', 'a2', 'a3', 'u1', 'never'].map((anonymousId) => ({ userId: '', anonymousId, atMs })),
  ...['u1', 'u2', 'u3', 'u4', 'never'].map((userId) => ({ userId, anonymousId: 'a1', atMs })),
])

async function learnInBatches(
  graph: IdentityGraph,
  statements: readonly IdentityStatement[],
  sizes: readonly number[],
) {
  let start = 0
  for (const size of sizes) {
    await graph.learn(statements.slice(start, start + size))
    start += size
  }
  await graph.learn(statements.slice(start))
}

async function snapshotOf(
  statements: readonly IdentityStatement[],
  settings = rules,
): Promise<GraphSnapshot> {
  await using opened = openTemporaryGraph(settings)
  await opened.graph.learn(statements)
  return opened.graph.snapshot()
}

test('any order of arrival, in any batches, gives the same graph', async () => {
  const shuffled = history.chain((statements) =>
    fc.tuple(
      fc.constant(statements),
      fc.shuffledSubarray(statements, { minLength: statements.length }),
      fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 6 }),
    ),
  )
  await fc.assert(
    fc.asyncProperty(shuffled, async ([statements, again, sizes]) => {
      await using opened = openTemporaryGraph(rules)
      await learnInBatches(opened.graph, again, sizes)
      expect(opened.graph.snapshot()).toEqual(await snapshotOf(statements))
    }),
    { numRuns: 100 },
  )
}, 120_000)

test('the graph is the one that the rules give when worked out anew from all statements', async () => {
  await fc.assert(
    fc.asyncProperty(history, fc.constantFrom(rules, wideRules), async (statements, limits) => {
      await using opened = openTemporaryGraph(limits)
      await learnInBatches(opened.graph, statements, [3, 3, 3])
      const plain = buildPlainGraph(statements, limits)
      const { profiles, shared } = opened.graph.snapshot()
      expect(profiles).toEqual(plain.profiles)
      expect(Object.keys(shared)).toEqual(plain.shared)
      for (const { userId, anonymousId, atMs } of possibleRows) {
        const profileId = opened.graph.profileOf(userId, anonymousId, atMs)
        expect(profileId).toBe(plain.profileOf(userId, anonymousId, atMs))
        expect(ownerIn(opened.graph.snapshot(), userId, anonymousId, atMs)).toBe(profileId)
      }
    }),
    { numRuns: 200 },
  )
}, 120_000)

/** By the spans of the snapshot. */
function ownerIn(
  { profiles, shared }: GraphSnapshot,
  userId: string,
  anonymousId: string,
  atMs: number,
): string {
  const name = userId === '' ? `anonymous_id:${anonymousId}` : `user_id:${userId}`
  const span = shared[name]?.find(([fromMs, untilMs]) => fromMs < atMs && atMs <= untilMs)
  if (span !== undefined) return span[2]
  const [profileId] = Object.entries(profiles).find(([, names]) => names.includes(name)) ?? []
  return profileId ?? (userId || anonymousId)
}

test('a second time, learning changes nothing and leaves nothing to tell', async () => {
  await fc.assert(
    fc.asyncProperty(history, async (statements) => {
      await using opened = openTemporaryGraph(rules)
      await opened.graph.learn(statements)
      const before = opened.graph.snapshot()
      await opened.graph.settle(opened.graph.pending(1_000))
      await opened.graph.learn(statements)
      expect(opened.graph.pending(1_000).versions).toEqual([])
      expect(opened.graph.snapshot()).toEqual(before)
    }),
    { numRuns: 100 },
  )
}, 120_000)

test('after the process is started anew the graph and what is to be told are the same', async () => {
  await fc.assert(
    fc.asyncProperty(history, async (statements) => {
      await using opened = openTemporaryGraph(rules)
      await opened.graph.learn(statements)
      const before = [opened.graph.snapshot(), opened.graph.pending(1_000)]
      await opened.reopen()
      expect([opened.graph.snapshot(), opened.graph.pending(1_000)]).toEqual(before)
    }),
    { numRuns: 50 },
  )
}, 120_000)

test('no user belongs to two profiles, and no profile holds two users that nobody merged', async () => {
  await fc.assert(
    fc.asyncProperty(history, async (statements) => {
      const { profiles } = await snapshotOf(statements)
      const users = Object.values(profiles).flatMap((names) =>
        names.filter((name) => name.startsWith('user_id:')),
      )
      expect(users.length).toBe(new Set(users).size)
      if (statements.some((each) => each.kind === 'merge')) return
      for (const names of Object.values(profiles)) {
        expect(names.filter((name) => name.startsWith('user_id:')).length).toBeLessThan(2)
      }
    }),
    { numRuns: 100 },
  )
}, 120_000)

test('a merge that is split again leaves everybody who they were', async () => {
  const [first, second] = [
    { kind: 'user_id', id: 'u1' },
    { kind: 'user_id', id: 'u2' },
  ] as const
  const isAboutBoth = (each: IdentityStatement) =>
    [each.first, each.second].every(({ kind, id }) => kind === 'user_id' && (id === 'u1' || id === 'u2'))
  await fc.assert(
    fc.asyncProperty(history, async (statements) => {
      await using opened = openTemporaryGraph()
      const { graph } = opened
      const known = [first, second].map((each) => ({ ...mergeOf(each, each), kind: 'together' as const }))
      await graph.learn([...statements.filter((each) => !isAboutBoth(each)), ...known])
      const before = graph.snapshot()
      await graph.learn([mergeOf(first, second)])
      expect(graph.find(first)).toBe(graph.find(second))
      await graph.learn([{ ...mergeOf(first, second), kind: 'split', atMs: lastMs + 1 }])
      expect(graph.snapshot()).toEqual(before)
    }),
    { numRuns: 100 },
  )
}, 120_000)

const lastMs = Date.UTC(2027, 0, 1)
function mergeOf(first: Identity, second: Identity): IdentityStatement {
  return { kind: 'merge', first, second, atMs: lastMs, source: 'test' }
}
