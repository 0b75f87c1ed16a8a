import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Identity, IdentityStatement } from '../core/identity.ts'
import type { IdentityGraph, OverrideVersion, PendingChanges } from './identity-graph.ts'
import { eventOf, moment, statement } from './testing/draw-statements.ts'
import { buildPlainGraph } from './testing/plain-graph.ts'
import { createPretendedHistory, type PretendedRow } from './testing/pretended-history.ts'
import { openTemporaryGraph } from './testing/temporary-graph.ts'

const rules = { maxUsers: 2, maxLinks: 4 }
const halves = ['early', 'late'] as const
type Half = (typeof halves)[number]
type Step =
  | { readonly kind: 'learn'; readonly said: readonly IdentityStatement[] }
  | { readonly kind: 'store'; readonly rows: readonly Omit<PretendedRow, 'profileId'>[] }
  | { readonly kind: 'tell'; readonly limit: number }
  | { readonly kind: 'begin squash'; readonly limit: number }
  | { readonly kind: 'rewrite'; readonly half: Half }
  | { readonly kind: 'settle' | 'tell squashed' | 'mark squashed' }

const row = eventOf(moment)

/** Whatever may happen between two batches; the steps of the mirror and of the squash come apart from each other. */
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    arbitrary: fc.array(statement, { maxLength: 4 }).map((said): Step => ({ kind: 'learn', said })),
    weight: 4,
  },
  { arbitrary: fc.array(row, { maxLength: 4 }).map((rows): Step => ({ kind: 'store', rows })), weight: 4 },
  { arbitrary: fc.integer({ min: 1, max: 4 }).map((limit): Step => ({ kind: 'tell', limit })), weight: 2 },
  {
    arbitrary: fc.integer({ min: 1, max: 9 }).map((limit): Step => ({ kind: 'begin squash', limit })),
    weight: 2,
  },
  { arbitrary: fc.constantFrom(...halves).map((half): Step => ({ kind: 'rewrite', half })), weight: 4 },
  {
    arbitrary: fc.constantFrom('settle', 'tell squashed', 'mark squashed').map((kind): Step => ({ kind })),
    weight: 6,
  },
)

type Counts = { readonly overriddenCount: number; readonly rewrittenCount: number }

async function takeSteps(steps: readonly Step[], areRowsLearntFirst: boolean): Promise<Counts> {
  await using opened = openTemporaryGraph(rules)
  const shop = createShop(opened.graph, areRowsLearntFirst)
  for (const each of steps) await shop.take(each)
  shop.tellAll()
  const said = steps.flatMap((each) => (each.kind === 'learn' ? each.said : []))
  const plain = buildPlainGraph(said, rules)
  let overriddenCount = 0
  for (const each of shop.history.rows) {
    const owner = plain.profileOf(each.userId, each.anonymousId, each.atMs)
    expect(shop.history.profileOf(each)).toBe(owner)
    expect(shop.history.isFound(each)).toBe(true)
    if (owner !== each.profileId) overriddenCount += 1
  }
  return { overriddenCount, rewrittenCount: shop.rewrittenCount() }
}

test.each([
  ['rows as they were stored, with the overrides applied, belong where the whole graph says', false],
  ['the same where every row is learnt of before it is stored, and new ids override nothing', true],
])('%s', async (_, areRowsLearntFirst) => {
  let overriddenCount = 0
  let rewrittenCount = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 40, size: 'max' }), async (steps) => {
      const counts = await takeSteps(steps, areRowsLearntFirst)
      overriddenCount += counts.overriddenCount
      rewrittenCount += counts.rewrittenCount
    }),
    { numRuns: 250 },
  )
  expect(overriddenCount).toBeGreaterThan(100)
  expect(rewrittenCount).toBeGreaterThan(100)
})

/** As calls name the ids of their events. */
function nameIds({ userId, anonymousId, atMs }: Omit<PretendedRow, 'profileId'>): IdentityStatement[] {
  const named: Identity[] = []
  if (userId !== '') named.push({ kind: 'user_id', id: userId })
  if (anonymousId !== '') named.push({ kind: 'anonymous_id', id: anonymousId })
  return named.map((id) => ({ kind: 'together', first: id, second: id, atMs, source: 'test' }))
}

/** A graph, the tables that know it at second hand, and a squash that is somewhere on its way. */
function createShop(graph: IdentityGraph, areRowsLearntFirst: boolean) {
  const history = createPretendedHistory()
  let untold: PendingChanges | undefined
  let squash:
    | { list: readonly OverrideVersion[]; done: Set<Half>; told?: readonly OverrideVersion[] }
    | undefined
  let rewrittenCount = 0
  const tellAll = () => history.tellOverrides(graph.pending(1_000).overrides)
  const rewrite = (half: Half) => {
    const before = history.rows.map((each) => each.profileId)
    history.rewrite(({ atMs }) => (atMs < Date.UTC(2026, 0, 1, 0, 10) ? 'early' : 'late') === half)
    rewrittenCount += history.rows.filter((each, index) => each.profileId !== before[index]).length
  }
  return {
    history,
    tellAll,
    rewrittenCount: () => rewrittenCount,
    async take(each: Step): Promise<void> {
      switch (each.kind) {
        case 'learn':
          return graph.learn(each.said, { areNewIdsUnstored: areRowsLearntFirst })
        case 'store':
          if (areRowsLearntFirst) await graph.learn(each.rows.flatMap(nameIds), { areNewIdsUnstored: true })
          for (const one of each.rows) history.store(graph, one)
          return
        case 'tell':
          untold = graph.pending(each.limit)
          history.tellOverrides(untold.overrides)
          return
        case 'settle':
          if (untold !== undefined) await graph.settle(untold)
          return
        case 'begin squash':
          squash = { list: graph.overrides(each.limit), done: new Set() }
          tellAll()
          return
        case 'rewrite':
          if (squash === undefined) return
          rewrite(each.half)
          squash.done.add(each.half)
          return
        case 'tell squashed':
          if (squash?.done.size !== halves.length) return
          squash.told = graph.unchanged(squash.list)
          history.tellSquashed(squash.told)
          return
        case 'mark squashed':
          if (squash?.told === undefined) return
          await graph.markSquashed(squash.told)
          squash = undefined
          return
        default:
          each satisfies never
      }
    },
  }
}
