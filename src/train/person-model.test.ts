import { expect, test } from 'vitest'
import { createRandom } from '../math/random.ts'
import type { FittedModel, Learner, LearningRows } from '../models/learner.ts'
import { logisticLearner } from '../models/logistic-learner.ts'
import { createPaceLearner } from '../models/pace-learner.ts'
import { perceptron } from '../models/perceptron.ts'
import { ridgeLearner } from '../models/ridge-learner.ts'
import { sequenceNetwork } from '../models/sequence-network.ts'
import {
  boundsOf,
  createPersonModel,
  type KeptAnswer,
  keepAnswer,
  openAnswer,
  reasonsOf,
} from './person-model.ts'

const featureNames = ['spend', 'first_order_days']
const random = createRandom('people')
const control = { random: createRandom(1) }
const people: LearningRows = (() => {
  const rows = Array.from({ length: 240 }, () => [100 * random.next(), 1 + Math.floor(300 * random.next())])
  return {
    dataset: {
      featureNames,
      rowIds: rows.map((_, row) => String(row)),
      values: Float64Array.from(rows.flat()),
      events: {
        sequences: rows.map(([spend = 0]) => (spend > 50 ? [{ kind: 'purchase', atMs: 1 }] : [])),
        asOfMs: rows.map(() => 2),
      },
    },
    labels: Float64Array.from(rows, ([spend = 0]) => (spend + 40 * random.normal() > 50 ? 1 : 0)),
  }
})()

async function keep(fitted: FittedModel, kind: 'chance' | 'count') {
  const said = await fitted.predict(people.dataset)
  const held = { said, labels: people.labels }
  const person = createPersonModel({ kind }, fitted, held, people.dataset, createRandom(2))
  const readsEvents = fitted.kind === 'sequence-network'
  const { kept, parts } = keepAnswer(person, { horizonDays: 30, readsEvents })
  return { said, person, kept: JSON.parse(JSON.stringify(kept)) as KeptAnswer, parts }
}

test.each([
  ['a chance', 'chance', logisticLearner, logisticLearner.standard],
  [
    'an amount',
    'count',
    createPaceLearner(ridgeLearner, { amount: 'spend', age: 'first_order_days', horizonDays: 30 }),
    { alpha: 0.1, variancePower: 1.5 },
  ],
  [
    'a network',
    'chance',
    perceptron,
    { ...perceptron.standard, layers: [4], epochs: 3, batchSize: 64, dropout: 0 },
  ],
  [
    'a network of events',
    'chance',
    sequenceNetwork,
    { ...sequenceNetwork.standard, moments: 4, epochs: 3, width: 4, itemWidth: 2 },
  ],
] as const)(
  '%s is kept and comes back with the same answers, bounds and reasons',
  async (_, kind, learner, settings) => {
    const { fit: learn } = learner as Learner<object>
    const { said, person, kept, parts } = await keep(await learn({ kind }, people, settings, control), kind)
    const opened = await openAnswer(kept, parts, featureNames)
    expect(await opened.model.predict(people.dataset)).toEqual(said)
    const bounds = boundsOf(opened, said)
    expect(bounds).toEqual(boundsOf(person, said))
    for (const [row, value] of said.entries()) {
      expect(bounds.low[row]).toBeLessThanOrEqual(value)
      expect(bounds.high[row]).toBeGreaterThanOrEqual(value)
    }
    const reasons = (each: typeof person) =>
      reasonsOf(each, people.dataset, { random: createRandom(3), signal: undefined })
    const told = await reasons(opened)
    expect(told).toEqual(await reasons(person))
    const main = learner === sequenceNetwork ? 'event_order' : 'spend'
    expect(told[0]?.map(({ feature }) => feature)).toContain(main)
    const pairOf = (values: Float64Array, row: number) => values.slice(2 * row, 2 * row + 2).join()
    const pairs = new Set(people.dataset.rowIds.map((_, row) => pairOf(people.dataset.values, row)))
    const strangers = [...(opened.background?.rowIds.keys() ?? [])]
    // A kept background is of people who never were.
    expect(
      strangers.filter((row) => pairs.has(pairOf(opened.background?.values ?? new Float64Array(), row))),
    ).toHaveLength(0)
    await opened.model[Symbol.asyncDispose]()
  },
)

test('other features, a fit of an earlier version and lost parts are refused in words', async () => {
  const settings = { ...perceptron.standard, layers: [2], epochs: 1 }
  const fitted = await perceptron.fit({ kind: 'chance' }, people, settings, control)
  const { kept, parts } = await keep(fitted, 'chance')
  await expect(openAnswer(kept, parts, ['spend', 'visits'])).rejects.toMatchObject({
    code: 'bad_input',
    where: 'column 1',
    expected: 'first_order_days',
    received: 'visits',
  })
  await expect(openAnswer(kept, parts, ['spend'])).rejects.toMatchObject({ received: 'no further column' })
  await expect(openAnswer({ ...kept, formatVersion: 1 as 2 }, parts, featureNames)).rejects.toMatchObject({
    code: 'bad_input',
    wayOut: { zh: '请重新训练。' },
  })
  await expect(openAnswer(kept, {}, featureNames)).rejects.toMatchObject({ code: 'bad_config' })
  const strange = { ...kept, fit: { ...kept.fit, kind: 'oracle' } }
  await expect(openAnswer(strange, parts, featureNames)).rejects.toMatchObject({
    code: 'bad_config',
    received: 'oracle',
  })
})
