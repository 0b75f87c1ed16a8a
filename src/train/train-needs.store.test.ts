import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../database/database.ts'
import { createTestDatabase } from '../database/test-database.ts'
import { featureDefinitions } from '../features/definitions.ts'
import { createRandom } from '../math/random.ts'
import { createRowSource } from './row-source.ts'
import { type TrainedNeeds, trainNeeds } from './train-needs.ts'
import type { Training } from './training.ts'

const dayMs = 86_400_000
const firstMs = Date.parse('2025-01-01T09:00:00Z')
const dayCount = 220
const horizonDays = 40
const shopperCount = 240
const columns = 'order_count recency_days first_order_days order_gap_days spend_clipped price_mean'.split(' ')

/**
 * Every shopper buys milk, 4 units each 10 days, or tea, 1 unit each 25; half of the milk drinkers stop at some time. Lamps are
 * bought by chance, one shopper in ten a month.
 */
function drawPurchases(): object[] {
  const random = createRandom(9)
  return Array.from({ length: shopperCount }, (_, index) => index).flatMap((index) => {
    const drinksMilk = index % 2 === 0
    const [item, gap, quantity] = drinksMilk ? ['milk', 10, 4] : ['tea', 25, 1]
    const stop = index % 4 === 0 ? 60 + 120 * random.next() : dayCount
    const regular: object[] = []
    for (let day = gap * random.next(); day < stop; day += gap * (0.8 + 0.4 * random.next()))
      regular.push(purchase(index, day, String(item), Number(quantity)))
    const lamps = Array.from({ length: 7 }, (_, month) => month).filter(() => random.next() < 0.1)
    return [...regular, ...lamps.map((month) => purchase(index, 30 * month + 30 * random.next(), 'lamp', 1))]
  })
}

function purchase(index: number, day: number, item_id: string, quantity: number): object {
  const at = new Date(firstMs + day * dayMs)
  const id = `s${index}-${item_id}-${day}`
  const line = { event_id: id, order_id: id, kind: 'purchase', line_type: 'product' }
  return {
    ...line,
    profile_id: `s${index}`,
    at,
    received_at: at,
    item_id,
    quantity,
    price: 2,
    amount: 2 * quantity,
  }
}

let database: Database
let training: Training
let trained: TrainedNeeds
beforeAll(async () => {
  database = await createTestDatabase()
  const categories = { milk: 'Fresh', tea: 'Dry', lamp: 'Home' }
  const updated_at = new Date(firstMs)
  await database.insert(
    'items',
    Object.entries(categories).map(([item_id, name]) => ({
      item_id,
      name: `The ${item_id}`,
      category: [name],
      updated_at,
    })),
  )
  await database.insert('events', drawPurchases())
  training = {
    database,
    rows: createRowSource({
      database,
      timeZone: 'UTC',
      definitions: featureDefinitions.filter(({ name }) => columns.includes(name)),
    }),
    asOfMs: firstMs + dayCount * dayMs,
    firstMs,
    timeZone: 'UTC',
    random: createRandom(4),
    signal: undefined,
    ...{ clock: () => 0, effort: 'quick', budget: {}, costs: undefined, tell: () => undefined },
  }
  trained = await trainNeeds(training, horizonDays)
}, 120_000)
afterAll(() => database[Symbol.asyncDispose]())

function needOf(profileId: string, target: string) {
  const person = trained.needs.find((each) => each.profileId === profileId)
  return person?.needs.find((each) => each.target === target)
}

function meanOver(
  target: string,
  isAsked: (index: number) => boolean,
  figure: 'probability' | 'units' | 'days',
): number {
  const values = Array.from({ length: shopperCount }, (_, index) => index)
    .filter(isAsked)
    .flatMap((index) => needOf(`s${index}`, target)?.[figure] ?? [])
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

test('those who buy it all the time will, as many as they do, and those who stopped will not', () => {
  const [stays, left] = [(index: number) => index % 4 === 2, (index: number) => index % 4 === 0]
  // Until the end some who bought as regularly stopped within the horizon: nobody is certain.
  expect(meanOver('milk', stays, 'probability')).toBeGreaterThan(0.85)
  expect(meanOver('milk', left, 'probability')).toBeLessThan(0.3)
  // Four purchases of four units in forty days.
  expect(meanOver('milk', stays, 'units')).toBeGreaterThan(13)
  expect(meanOver('milk', stays, 'units')).toBeLessThan(19)
  expect(meanOver('tea', (index) => index % 2 === 1, 'probability')).toBeGreaterThan(0.9)
  expect(meanOver('lamp', () => true, 'probability')).toBeLessThan(0.3)
  expect(meanOver('milk', stays, 'days')).toBeLessThan(meanOver('tea', (index) => index % 2 === 1, 'days'))
})

test('it is judged on a later time, category by category, beside what anyone could say', () => {
  const { evaluation, model } = trained
  const { record } = model
  expect(evaluation?.verdict.kind).toBe('better')
  expect(evaluation?.split).toMatchObject({ horizonDays, testCutMs: training.asOfMs - horizonDays * dayMs })
  expect(record.unitsEvaluation.verdict.kind).toBe('better')
  const coverage = record.unitsEvaluation.contenders[0]?.metrics.interval_coverage?.value
  expect(coverage).toBeGreaterThan(0.88)
  const names = record.parts.map(({ name }) => name.en)
  expect(names).toEqual(expect.arrayContaining(['Fresh', 'items of Fresh', 'Home']))
  for (const part of record.parts) {
    expect(part.deviance.map(({ baseline }) => baseline)).toContain(record.reference.en)
    expect(Math.abs(part.meanProbability - part.boughtShare)).toBeLessThan(0.15)
  }
  expect(record.when.meanError).toBeLessThan(record.when.middleError)
})

test('a person gets named needs with intervals and reasons that hold values', () => {
  const need = needOf('s2', 'milk')
  expect(need).toMatchObject({ kind: 'item', name: { en: 'The milk', zh: 'The milk' } })
  expect(need?.low).toBeLessThanOrEqual(need?.units ?? 0)
  expect(need?.high).toBeGreaterThanOrEqual(need?.units ?? 0)
  expect(need?.reasons.length).toBeGreaterThan(0)
  expect(need?.reasons.some(({ value }) => value !== undefined)).toBe(true)
  expect(needOf('s2', 'Fresh')?.kind).toBe('category')
  const shares = need?.reasons.reduce((sum, { share }) => sum + Math.abs(share), 0) ?? 2
  expect(shares).toBeLessThanOrEqual(1.0001)
})

test('the same again gives the same, and too short a history says so', async () => {
  const again = await trainNeeds(training, horizonDays)
  const figures = ({ needs }: TrainedNeeds) =>
    needs.flatMap((person) =>
      person.needs.flatMap(({ probability, units, days }) => [probability, units, days]),
    )
  const targets = ({ needs }: TrainedNeeds) =>
    needs.map((person) => [person.profileId, ...person.needs.map(({ target }) => target)])
  expect(targets(again)).toEqual(targets(trained))
  // The database adds up in the order in which its threads come: the last digits are theirs.
  const [first, second] = [figures(trained), figures(again)]
  expect(Math.max(...first.map((value, index) => Math.abs(value / (second[index] ?? 0) - 1)))).toBeLessThan(
    1e-6,
  )
  await expect(trainNeeds(training, 100)).rejects.toMatchObject({ code: 'too_little_data' })
}, 120_000)
