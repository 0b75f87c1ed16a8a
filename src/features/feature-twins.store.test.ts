import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../database/database.ts'
import { createTestDatabase } from '../database/test-database.ts'
import { featureDefinitions } from './definitions.ts'
import type { FeatureDefinition, Selection } from './feature.ts'
import type { ItemFacts } from './feature-line.ts'
import { composeFeatureQuery } from './feature-sql.ts'
import { fitConstants } from './fit-constants.ts'
import type { FittedConstants } from './fitted-constants.ts'
import {
  createLivePlan,
  emptyState,
  foldLine,
  type LivePlan,
  type LiveState,
  mergeStates,
  packState,
  settleAhead,
  unpackState,
} from './live-state.ts'
import type { ProfileFeatures } from './load-features.ts'
import { createFeatureReader } from './read-features.ts'
import type { StatedFact } from './stated-facts.ts'
import { arbitraryHistory, type History } from './testing/arbitrary-history.ts'
import { insertLines, type TestLine, testTextVersion } from './testing/test-history.ts'

const items: Readonly<Record<string, ItemFacts>> = {
  cup: { category: 'Kitchen', brand: 'Tea & Co', topic: 'cup mug' },
  mug: { category: 'Kitchen', brand: '', topic: 'cup mug' },
  lamp: { category: 'Home', brand: 'Lux', topic: 'lamp light' },
  bag: { category: '', brand: 'Tea & Co', topic: '' },
  电饭煲: { category: '厨房', brand: '美的', topic: 'lamp light' },
}
const [topicsVersion, textVersion] = ['v1', testTextVersion]

let database: Database
beforeAll(async () => {
  database = await createTestDatabase()
  const updated_at = new Date('2012-01-01T00:00:00Z')
  const rows = Object.entries(items).map(([item_id, { category, brand }]) => ({
    ...{ item_id, name: item_id, brand, updated_at },
    category: category === '' ? [] : [category, 'narrower'],
  }))
  await database.insert('items', rows)
  const tags = Object.entries(items).flatMap(([item_id, { topic }]) => [
    ...(topic === '' ? [] : [{ item_id, tag: topic, weight: 0.7 }]),
    ...(item_id === 'mug' ? [{ item_id, tag: 'lamp light', weight: 0.3 }] : []),
  ])
  await database.insert(
    'item_tags',
    tags.map((tag) => ({ ...tag, model: 'topics', version: topicsVersion })),
  )
})
afterAll(() => database[Symbol.asyncDispose]())

const described = {
  meaning: { en: '', zh: '' },
  unit: 'count',
  purpose: 'analytics',
  source: 'events',
} as const
const goods: Selection = { per: 'line', kinds: ['purchase', 'refund'], lineTypes: ['product', 'shipping'] }
const signs: Selection = { per: 'line', kinds: ['view', 'cart_add', 'click', 'purchase', 'review'] }
const anyOrders: Selection = { per: 'order', kinds: ['refund', 'purchase'] }
const conditions: Selection = {
  per: 'line',
  where: [
    { field: 'source', is: 'one_of', values: ['web', 'app'] },
    { field: 'name', is: 'none_of', values: ['Page Left'] },
    { field: 'coupon', is: 'absent' },
    { field: 'price', is: 'at_least', value: 2 },
    { field: 'quantity', is: 'at_most', value: 8 },
  ],
}
/** What no definition of the engine uses yet, so that every aggregate is held against its twin, over trade and the rest. */
const furtherDefinitions: readonly FeatureDefinition[] = [
  { ...described, name: 'a', reads: goods, window: { days: 3 }, aggregate: { kind: 'first', of: 'country' } },
  {
    ...described,
    name: 'b',
    reads: anyOrders,
    window: { days: 20 },
    aggregate: { kind: 'mean', of: 'quantity' },
  },
  {
    ...described,
    name: 'c',
    reads: anyOrders,
    window: 'all',
    aggregate: { kind: 'decay', of: 'amount', halfLifeDays: 2 },
  },
  {
    ...described,
    name: 'd',
    reads: signs,
    window: 'all',
    aggregate: { kind: 'gaps', statistic: 'deviation' },
  },
  {
    ...described,
    name: 'e',
    reads: goods,
    window: { days: 1 },
    aggregate: { kind: 'distinct', of: 'brand' },
  },
  { ...described, name: 'f', reads: signs, window: { days: 9 }, aggregate: { kind: 'distinct', of: 'item' } },
  { ...described, name: 'g', reads: anyOrders, window: { days: 9 }, aggregate: { kind: 'age', of: 'first' } },
  { ...described, name: 'h', reads: signs, window: 'all', aggregate: { kind: 'spread', of: 'price' } },
  {
    ...described,
    name: 'i',
    reads: signs,
    window: { days: 30 },
    aggregate: { kind: 'scale_share', of: 'day_part' },
  },
  {
    ...described,
    name: 'j',
    reads: { per: 'line' },
    window: { days: 30 },
    aggregate: { kind: 'top', of: 'brand' },
  },
  {
    ...described,
    name: 'k',
    reads: conditions,
    window: { days: 60, untilDaysAgo: 2 },
    aggregate: { kind: 'count' },
  },
  {
    ...described,
    name: 'l',
    reads: conditions,
    window: { days: 30 },
    aggregate: { kind: 'max', of: 'amount' },
  },
  {
    ...described,
    name: 'm',
    reads: { per: 'visit' },
    window: { days: 30 },
    aggregate: { kind: 'max', of: 'visit_seconds' },
  },
  {
    ...described,
    name: 'n',
    reads: signs,
    window: { days: 90 },
    aggregate: { kind: 'distinct', of: 'category' },
  },
  {
    ...described,
    name: 'o',
    reads: signs,
    window: { days: 9 },
    aggregate: { kind: 'affinity', of: 'brand', limit: 2 },
  },
  {
    ...described,
    name: 'p',
    reads: goods,
    window: { days: 40 },
    aggregate: { kind: 'affinity', of: 'topic', limit: 1 },
  },
  {
    ...described,
    name: 'q',
    reads: signs,
    window: { days: 9 },
    aggregate: { kind: 'decay', halfLifeDays: 3 },
  },
  {
    ...described,
    name: 'r',
    reads: { per: 'visit' },
    window: 'all',
    aggregate: { kind: 'scale_share', of: 'hour' },
  },
  { ...described, name: 's', reads: signs, window: { days: 50 }, aggregate: { kind: 'age', of: 'first' } },
  {
    ...described,
    name: 't',
    reads: signs,
    window: { days: 50 },
    aggregate: { kind: 'spread', of: 'sentiment' },
  },
  {
    ...described,
    name: 'u',
    reads: signs,
    window: { days: 50 },
    aggregate: { kind: 'min', of: 'dwell_seconds' },
  },
  { ...described, name: 'v', source: 'traits', traits: ['age'], read: 'number' },
]
const definitions = [...featureDefinitions, ...furtherDefinitions]

type Statement = StatedFact & { readonly profileId: string; readonly isOfUser: boolean }

const arbitraryStatements = (asOfMs: number) =>
  fc.array(
    fc.record({
      profileId: fc.constantFrom('ann', 'bob'),
      isOfUser: fc.boolean(),
      name: fc.constantFrom('age', 'birthday', 'gender', 'address.city', 'interests'),
      value: fc.constantFrom('', '34', '1990', '1985-06-12', '2011-03-28T22:00:00Z', 'x', '-2.5', '电饭煲'),
      source: fc.constantFrom('crm', 'web'),
      atMs: fc.integer({ min: -3, max: 200 }).map((hours) => asOfMs - hours * 3_600_000),
    }),
    { maxLength: 12 },
  )

/** What SQL and the fold are both asked for, in one form. */
type Told = Record<string, number | string>

async function tellBySql(constants: FittedConstants, history: History): Promise<Map<string, Told>> {
  const query = composeFeatureQuery(definitions, constants, {
    ...history,
    history: 'events',
    topicsVersion,
    textVersion,
  })
  type Row = {
    readonly profile_id: string
    readonly numbers: readonly (number | null)[]
    readonly labels: readonly string[]
    readonly affinities: readonly (readonly [string, number])[][]
  }
  const rows = await database.query<Row>(query.select, { parameters: query.parameters })
  return new Map(
    rows.map((row) => {
      const told: Told = {}
      for (const [index, name] of query.numberNames.entries()) {
        const value = row.numbers[index] ?? Number.NaN
        if (!Number.isNaN(value) && !(value === 0 && name.includes('/'))) told[name] = value
      }
      for (const [index, name] of query.labelNames.entries())
        if (row.labels[index] !== '') told[name] = row.labels[index] ?? ''
      for (const [index, name] of query.affinityNames.entries())
        Object.assign(
          told,
          writeRanked(
            name,
            (row.affinities[index] ?? []).map(([key, share]) => ({ key, share })),
          ),
        )
      return [row.profile_id, told]
    }),
  )
}

function writeRanked(
  name: string,
  entries: readonly { readonly key: string; readonly share: number }[],
): Told {
  return Object.fromEntries(
    entries.flatMap(({ key, share }, rank) => [
      [`${name}/${rank}`, key],
      [`${name}/${rank}/share`, share],
    ]),
  )
}

function tellByFold({ numbers, labels, shares }: ProfileFeatures): Told {
  const told: Told = { ...numbers, ...labels }
  for (const [name, entries] of Object.entries(shares)) {
    const isRanked = definitions.some(
      (each) => each.name === name && each.source === 'events' && each.aggregate.kind === 'affinity',
    )
    if (isRanked) Object.assign(told, writeRanked(name, entries))
    else for (const { key, share } of entries) told[`${name}/${key}`] = share
  }
  return told
}

/** Folds lines as they might arrive: shuffled, in batches, through a store in between, and by two ids that are merged. */
function foldAsArrived(
  plan: LivePlan,
  lines: readonly TestLine[],
  { asOfMs }: History,
  draw: () => number,
): LiveState {
  const ids: [LiveState, LiveState] = [emptyState(), emptyState()]
  const arrived = lines.map((line) => ({ line, order: draw() })).sort((a, b) => a.order - b.order)
  for (const { line } of arrived) {
    const place = draw() < 0.5 ? 0 : 1
    // The clock is somewhere before the cut; what is dated later waits.
    const nowMs = asOfMs - Math.floor(draw() * 3) * 86_400_000
    settleAhead(plan, ids[place], nowMs)
    foldLine(plan, ids[place], line, nowMs)
    if (draw() < 0.3) ids[place] = throughStore(plan, ids[place], nowMs)
  }
  return throughStore(plan, mergeStates(plan, ...ids), asOfMs)
}

function throughStore(plan: LivePlan, state: LiveState, asOfMs: number): LiveState {
  const read = unpackState(plan, structuredClone(packState(plan, state, asOfMs)))
  if (read === undefined) throw new Error('a plan must read what it packed')
  return read
}

function latestFacts(statements: readonly Statement[], profileId: string, asOfMs: number): StatedFact[] {
  const own = statements.filter((each) => each.profileId === profileId)
  // The table keeps one statement of each id, name and source.
  const kept = Map.groupBy(own, ({ isOfUser, name, source }) => `${isOfUser} ${name} ${source}`)
  const latest = [...kept.values()].map((group) => group.reduce((a, b) => (b.atMs >= a.atMs ? b : a)))
  const facts = Map.groupBy(
    latest.filter((each) => each.atMs <= asOfMs),
    ({ name, source }) => `${name} ${source}`,
  )
  const rank = (each: Statement) => each.atMs * 2 + Number(each.isOfUser)
  return [...facts.values()].map((group) => group.reduce((a, b) => (rank(b) > rank(a) ? b : a)))
}

async function storeStatements(statements: readonly Statement[]): Promise<void> {
  await database.execute('TRUNCATE TABLE trait_statements')
  await database.execute('TRUNCATE TABLE identities')
  const idOf = ({ profileId, isOfUser }: Statement) => (isOfUser ? profileId : `device of ${profileId}`)
  // One after another, so that the later of two of one moment counts, as in the oracle.
  for (const each of statements) {
    const { name, value, source, atMs } = each
    const id_kind = each.isOfUser ? 'user_id' : 'anonymous_id'
    await database.insert('trait_statements', [
      { id_kind, id: idOf(each), name, value, source, at: new Date(atMs) },
    ])
  }
  const owned = ['ann', 'bob'].map((id) => ({
    ...{ kind: 'anonymous_id', id: `device of ${id}`, profile_id: id, source: 'identity' },
    at: new Date(0),
  }))
  await database.insert('identities', owned)
}

function expectSame(fold: Told, sql: Told): void {
  expect(Object.keys(fold).sort()).toEqual(Object.keys(sql).sort())
  for (const [name, expected] of Object.entries(sql)) {
    const received = fold[name]
    if (typeof expected === 'string') expect([name, received]).toEqual([name, expected])
    else {
      const isClose = Math.abs(Number(received) - expected) <= 1e-9 * Math.max(1, Math.abs(expected))
      expect(isClose, `${name}: ${received} by the fold, ${expected} by SQL`).toBe(true)
    }
  }
}

test('SQL and the fold of single events tell the same of random histories, for every feature', async () => {
  const arbitrary = arbitraryHistory.chain((history) =>
    fc.record({
      history: fc.constant(history),
      statements: arbitraryStatements(history.asOfMs),
      draws: fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })),
    }),
  )
  await fc.assert(
    fc.asyncProperty(arbitrary, async ({ history, statements, draws }) => {
      const { asOfMs, timeZone, lines } = history
      await database.execute('TRUNCATE TABLE events')
      await database.execute('TRUNCATE TABLE text_readings')
      await insertLines(database, lines)
      await storeStatements(statements)
      const constants = await fitConstants(database, definitions, {
        asOfMs,
        timeZone,
        history: 'events',
        topicsVersion,
        textVersion,
      })
      const bySql = await tellBySql(constants, history)
      const plan = createLivePlan(definitions, timeZone)
      const reader = createFeatureReader(plan, {
        constants,
        items: (id) => (Object.hasOwn(items, id) ? items[id] : undefined),
      })
      const draw = () => draws.next().value ?? 0
      const people = Map.groupBy(
        lines.filter((line) => !line.marks.includes('bot')),
        (line) => line.profileId,
      )
      for (const [profileId, own] of people) {
        const state = foldAsArrived(plan, own, history, draw)
        const facts = latestFacts(statements, profileId, asOfMs)
        const told = tellByFold(reader.read(state, facts, asOfMs))
        const expected = bySql.get(profileId)
        if (expected === undefined) expect(own.every((line) => line.atMs > asOfMs)).toBe(true)
        else expectSame(told, expected)
      }
    }),
    { numRuns: 8 },
  )
})
