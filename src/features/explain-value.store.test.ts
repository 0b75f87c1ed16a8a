import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Database } from '../database/database.ts'
import { createTestDatabase } from '../database/test-database.ts'
import { featureDefinitions } from './definitions.ts'
import { type Evidence, type ExplainOptions, explainValue, type ValueExplanation } from './explain-value.ts'
import type { FeatureDefinition, ObservedFeature } from './feature.ts'
import { fitConstants } from './fit-constants.ts'
import type { FittedConstants } from './fitted-constants.ts'
import { type Calendar, createCalendar } from './live/calendar.ts'
import { createLineTest } from './live/unit.ts'
import { createLivePlan, emptyState, foldLine } from './live-state.ts'
import { createFeatureReader } from './read-features.ts'
import { arbitraryHistory, type History } from './testing/arbitrary-history.ts'
import { insertLines, makeLine, type TestLine, testTextVersion } from './testing/test-history.ts'
import { insertItems, testItems, testTopicsVersion } from './testing/test-items.ts'

const versions = { topicsVersion: testTopicsVersion, textVersion: testTextVersion }
let database: Database
beforeAll(async () => {
  database = await createTestDatabase()
  await insertItems(database)
})
afterAll(() => database[Symbol.asyncDispose]())
beforeEach(empty)

async function empty(): Promise<void> {
  for (const table of ['events', 'text_readings', 'profile_overrides', 'trait_statements', 'identities']) {
    await database.execute('TRUNCATE TABLE {table:Identifier}', { parameters: { table } })
  }
}

type Lines = Extract<Evidence, { kind: 'lines' }>
function linesOf({ evidence }: ValueExplanation): Lines {
  if (evidence.kind !== 'lines') throw new Error(`no lines but ${evidence.kind}`)
  return evidence
}
const keyOf = ({ eventId, lineIndex }: { eventId: string; lineIndex: number }) => `${eventId} ${lineIndex}`

/** By plain loops: which of a person's lines a feature reads. */
function linesRead(
  { reads, window, aggregate }: ObservedFeature,
  own: readonly TestLine[],
  { asOfMs, timeZone }: History,
): readonly TestLine[] {
  const calendar = createCalendar(timeZone)
  const known = own.filter((line) => line.atMs <= asOfMs && !line.marks.includes('bot'))
  const isWithin = (atMs: number) => {
    if (window === 'all') return true
    const daysAgo = calendar.dayOf(asOfMs) - calendar.dayOf(atMs)
    const until = window.untilDaysAgo ?? 0
    return daysAgo <= until + window.days && (window.untilDaysAgo === undefined || daysAgo > until)
  }
  const wholes = (unitOf: (line: TestLine) => string, lines: readonly TestLine[]) =>
    [...Map.groupBy(lines, unitOf).values()]
      .filter((unit) => isWithin(Math.min(...unit.map(({ atMs }) => atMs))))
      .flat()
  switch (reads.per) {
    case 'visit':
      return wholes((line) => visitOf(line, calendar), known)
    case 'order': {
      const goods = known.filter((line) => ['purchase', 'refund'].includes(line.kind))
      const products = goods.filter((line) => line.lineType === 'product')
      const orders = wholes((line) => `${line.kind} ${line.orderId || line.eventId}`, products)
      return orders.filter((line) => reads.kinds.some((kind) => kind === line.kind))
    }
    case 'line': {
      const isRead = createLineTest(reads)
      return known.filter((line) => isRead(line) && isWithin(line.atMs) && hasGiven(aggregate, line))
    }
    default:
      return reads satisfies never
  }
}

function visitOf({ sessionId, atMs }: TestLine, calendar: Calendar): string {
  return sessionId === '' ? `${calendar.dayOf(atMs)}` : `session ${sessionId}`
}

/** Whether a line carries what is read off it. */
function hasGiven(aggregate: ObservedFeature['aggregate'], line: TestLine): boolean {
  if (!('of' in aggregate) || aggregate.of === undefined || aggregate.kind === 'age') return true
  const item = Object.hasOwn(testItems, line.itemId) ? testItems[line.itemId] : undefined
  const given: Readonly<Record<string, unknown>> = {
    item: line.itemId,
    category: item?.category,
    brand: item?.brand,
    topic: item?.topic,
    text_topic: line.textTopic === 'a topic of another model' ? '' : line.textTopic,
    country: line.country,
    source: line.source,
    ...(aggregate.kind === 'decay'
      ? {}
      : {
          ...{ rating: line.rating, dwell_seconds: line.dwellMs },
          sentiment: !Number.isNaN(line.sentiment),
        }),
  }
  return !(aggregate.of in given) || Boolean(given[aggregate.of])
}

function foldOf(
  definition: FeatureDefinition,
  lines: readonly TestLine[],
  { asOfMs, timeZone }: History,
  constants: FittedConstants,
): ValueExplanation['value'] {
  const plan = createLivePlan([definition], timeZone)
  const state = emptyState()
  for (const line of lines) foldLine(plan, state, line, asOfMs)
  const items = (id: string) => (Object.hasOwn(testItems, id) ? testItems[id] : undefined)
  const read = createFeatureReader(plan, { constants, items }).read(state, [], asOfMs)
  const { name } = definition
  return read.numbers[name] ?? read.labels[name] ?? read.shares[name]
}

function expectClose(received: ValueExplanation['value'], expected: ValueExplanation['value'], of: string) {
  if (typeof expected === 'number') expect(received, of).toBeCloseTo(expected, 9)
  else if (typeof expected === 'object') {
    const rounded = (value: typeof received) =>
      typeof value === 'object' ? value.map(({ key, share }) => [key, share.toFixed(9)]).sort() : value
    expect(rounded(received), of).toEqual(rounded(expected))
  } else expect(received, of).toBe(expected)
}

test('for every feature that ships, the lines told are those that it reads, and by themselves make its value', async () => {
  const observed = featureDefinitions.filter((each) => each.source === 'events')
  await fc.assert(
    fc.asyncProperty(arbitraryHistory, async (history) => {
      await empty()
      await insertLines(database, history.lines)
      const { asOfMs, timeZone } = history
      const reading = { asOfMs, timeZone, ...versions }
      const constants = await fitConstants(database, featureDefinitions, { ...reading, history: 'events' })
      const own = history.lines.filter((line) => line.profileId === 'ann')
      const byKey = new Map(own.map((line) => [keyOf(line), line]))
      for (const definition of observed) {
        const { name } = definition
        const asked = { ...reading, constants, profileId: 'ann', feature: name, limit: 1000 }
        const told = await explainValue(database, asked)
        const evidence = linesOf(told)
        const listed = evidence.lines.map((line) => byKey.get(keyOf(line)))
        const lines = listed.filter((line) => line !== undefined)
        expect(lines.map(keyOf).sort(), name).toEqual(linesRead(definition, own, history).map(keyOf).sort())
        expect(evidence.total, name).toBe(lines.length)
        const times = lines.map(({ atMs }) => atMs)
        const isEarliest = evidence.order === 'earliest_first'
        expect(times, name).toEqual(times.toSorted((a, b) => (isEarliest ? a - b : b - a)))
        if (lines.length > 0) expectClose(told.value, foldOf(definition, lines, history, constants), name)
      }
    }),
    // A run asks hundreds of queries: shrinking would outlast the test.
    { numRuns: 3, endOnFailure: true },
  )
}, 300_000)

const noon = Date.parse('2011-06-12T12:00:00Z')
const dayMs = 86_400_000
function explain(feature: string, more: Partial<ExplainOptions> = {}): Promise<ValueExplanation> {
  const options = { profileId: 'ann', asOfMs: noon, timeZone: 'UTC', limit: 100, ...versions, ...more }
  return explainValue(database, { feature, ...options })
}
function buy(daysAgo: number, line: Partial<TestLine> = {}): TestLine {
  const eventId = `bought ${daysAgo} days ago`
  return makeLine({ eventId, atMs: noon - daysAgo * dayMs, orderId: eventId, itemId: 'cup', ...line })
}

test('at most so many lines are told, the latest, and how many there are', async () => {
  await insertLines(
    database,
    Array.from({ length: 30 }, (_, day) => buy(day, { price: day })),
  )
  const told = await explain('spend', { limit: 2 })
  expect(told).toMatchObject({
    feature: 'spend',
    value: 435,
    meaning: { zh: expect.stringMatching(/\p{Script=Han}/u) },
    method: { en: 'sum of amount' },
    evidence: { kind: 'lines', per: 'line', total: 30, order: 'latest_first' },
  })
  expect(linesOf(told).lines.map(({ eventId, reading }) => [eventId, reading])).toEqual([
    ['bought 0 days ago', 0],
    ['bought 1 days ago', 1],
  ])
  const [first] = linesOf(await explain('tenure_days', { limit: 1 })).lines
  expect(first?.eventId).toBe('bought 29 days ago')
})

test('a feature made of others tells theirs, each with its events', async () => {
  await insertLines(database, [
    buy(9, { price: 10 }),
    buy(8, { price: 30 }),
    buy(7, { kind: 'refund', price: 10 }),
  ])
  const { value, evidence } = await explain('return_rate')
  expect(value).toBe(0.25)
  if (evidence.kind !== 'parts') throw new Error('no parts')
  expect(evidence.parts.map((part) => [part.value, linesOf(part).total])).toEqual([
    [10, 1],
    [40, 2],
  ])
})

test('of shares, one key is told with its own lines', async () => {
  await insertLines(database, [
    buy(3),
    buy(2, { itemId: 'lamp' }),
    buy(1, { itemId: 'mug' }),
    buy(0, { itemId: '?' }),
  ])
  const whole = await explain('bought_category')
  expect(whole.value).toEqual([
    { key: 'Kitchen', share: 2 / 3 },
    { key: 'Home', share: 1 / 3 },
  ])
  expect(linesOf(whole).lines.map(({ itemId, reading }) => [itemId, reading])).toEqual([
    ['mug', 'Kitchen'],
    ['lamp', 'Home'],
    ['cup', 'Kitchen'],
  ])
  const home = await explain('bought_category/Home')
  expect(home).toMatchObject({ value: 1 / 3, evidence: { total: 1, lines: [{ itemId: 'lamp' }] } })
  const topic = await explain('bought_topic/cup mug')
  expect(linesOf(topic).total).toBe(2)
  const none = await explain('bought_category/Nothing/at all')
  expect(none).not.toHaveProperty('value')
  expect(linesOf(none).total).toBe(0)
})

test('what was stated is told with its source, the statement that counts first', async () => {
  await insertLines(database, [buy(1)])
  const stated = featureDefinitions.find((each) => each.source === 'traits' && each.read === 'label')
  if (stated?.source !== 'traits') throw new Error('no feature reads a label')
  const [name] = stated.traits
  const say = (value: string, source: string, at: number) => ({
    ...{ id_kind: 'user_id', id: 'ann', name, value, source, at: new Date(at) },
  })
  await database.insert('trait_statements', [
    say('one', 'till', noon - 5 * dayMs),
    say('two', 'panel', noon - 3 * dayMs),
    say('three', 'later', noon + dayMs),
  ])
  expect(await explain(stated.name)).toMatchObject({
    value: 'two',
    evidence: {
      kind: 'statements',
      total: 2,
      statements: [
        { value: 'two', source: 'panel', atMs: noon - 3 * dayMs },
        { value: 'one', source: 'till' },
      ],
    },
  })
})

test('lines that belong to the person by what was learnt later are told, also where they lie under another', async () => {
  const own = { profileId: 'dev', kind: 'view' } as const
  await insertLines(database, [
    buy(2),
    makeLine({ ...own, eventId: 'seen', atMs: noon - dayMs, itemId: 'lamp' }),
  ])
  await database.execute("ALTER TABLE events UPDATE anonymous_id = 'dev' WHERE profile_id = 'dev'", {
    settings: { mutations_sync: 2 },
  })
  const spans = [{ from_at: 0, until_at: noon + dayMs, profile_id: 'ann' }]
  const override = { id_kind: 'anonymous_id', id: 'dev', stored_as: ['dev'], version: 1, squashed: 0 }
  await database.insert('profile_overrides', [{ ...override, spans }])
  const told = await explain('visit_count')
  expect(told.value).toBe(2)
  expect(linesOf(told).lines.map(({ eventId }) => eventId)).toEqual(['seen', 'bought 2 days ago'])
  expect(linesOf(await explain('visit_count', { profileId: 'dev' })).total).toBe(0)
})

test('somebody without events has no value and no lines; a feature that there is not is refused', async () => {
  const none = await explain('order_count', { profileId: 'nobody' })
  expect(none).not.toHaveProperty('value')
  expect(linesOf(none)).toMatchObject({ total: 0, lines: [] })
  await expect(explain('ordr_count')).rejects.toMatchObject({
    code: 'bad_input',
    message: "there is no feature 'ordr_count'",
  })
})
