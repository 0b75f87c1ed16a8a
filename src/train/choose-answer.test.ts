import { expect, test } from 'vitest'
import { areaUnderRoc } from '../math/metrics/classification.ts'
import { createRandom } from '../math/random.ts'
import type { LearningRows } from '../models/learner.ts'
import { loadFittedModel } from '../models/load-fitted-model.ts'
import { chooseAnswer } from './choose-answer.ts'
import { contendersFor } from './contenders.ts'

const chance = { kind: 'chance' } as const
const names = ['pull', 'push', 'noise']

/** People whose log-odds are told by `score`, lifted by a season. */
function draw(
  seed: string,
  rowCount: number,
  score: (pull: number, push: number) => number,
  lift = 0,
): LearningRows {
  const random = createRandom(seed)
  const rows = Array.from({ length: rowCount }, () => [random.normal(), random.normal(), random.normal()])
  return {
    dataset: {
      featureNames: names,
      rowIds: rows.map((_, row) => `${seed} ${row}`),
      values: Float64Array.from(rows.flat()),
    },
    labels: Float64Array.from(rows, ([pull = 0, push = 0]) =>
      random.next() < 1 / (1 + Math.exp(-(score(pull, push) + lift))) ? 1 : 0,
    ),
  }
}

const line = (pull: number, push: number) => 1.5 * pull - push
/** Only both together tell: no line sees it. */
const corner = (pull: number, push: number) => 3 * Math.sign(pull) * Math.sign(push)

function choose(rest: LearningRows, held: LearningRows) {
  const told: string[] = []
  return chooseAnswer(
    chance,
    contendersFor(chance, 'quick'),
    { rest, held },
    {
      ...{ random: createRandom(1), clock: () => 0, signal: undefined, budget: {} },
      tell: ({ en }) => told.push(en),
    },
  ).then((answer) => ({ answer, told }))
}

test('where a line tells all, the plain model answers; the others stand beside it with their losses', async () => {
  const { answer, told } = await choose(draw('known', 1500, line), draw('held', 1500, line))
  expect(answer.name.en).toBe('logistic regression')
  expect(answer.weights).toEqual([1, 0])
  expect(answer.tried.map(({ name }) => name.en)).toEqual(['logistic regression', 'boosted trees', 'a blend'])
  for (const { loss } of answer.tried) expect(loss).toBeLessThan(Math.LN2)
  expect(told).toContain('boosted trees, settings 4 of 4')
}, 60_000)

test('where no line tells anything, trees answer, alone or with most of the weight', async () => {
  const { answer } = await choose(draw('known', 1500, corner), draw('held', 1500, corner))
  const [linear = 0, trees = 0] = answer.weights
  expect(trees).toBeGreaterThan(3 * linear)
  const fresh = draw('fresh', 1000, corner)
  await using model = await answer.fit(draw('known', 1500, corner), { random: createRandom(2) })
  expect(areaUnderRoc(fresh.labels, await model.predict(fresh.dataset))).toBeGreaterThan(0.85)
}, 60_000)

test('a blend of line and corner beats both, sums its reasons and comes back from what was saved', async () => {
  const both = (pull: number, push: number) => line(pull, push) + 0.7 * corner(pull, push)
  const known = draw('known', 3000, both)
  // A season in which all buy more: the blend must not take its level for the truth.
  const { answer } = await choose(known, draw('held', 3000, both, 1))
  await using model = await answer.fit(known, { random: createRandom(3) })
  const fresh = draw('fresh', 4000, both)
  const said = await model.predict(fresh.dataset)
  const mean = (values: ArrayLike<number>) =>
    Array.from(values).reduce((sum, value) => sum + value, 0) / values.length
  expect(mean(said)).toBeCloseTo(mean(fresh.labels), 1)
  const reasons = await model.explain?.(fresh.dataset)
  for (const [row, parts] of (reasons?.contributions ?? []).slice(0, 50).entries()) {
    const odds = parts.reduce((sum, { contribution }) => sum + contribution, reasons?.base ?? 0)
    expect(1 / (1 + Math.exp(-odds))).toBeCloseTo(said[row] ?? 0, 6)
  }
  const again = await loadFittedModel(JSON.parse(JSON.stringify(model.save())))
  expect(await again.predict(fresh.dataset)).toEqual(said)
}, 60_000)

test('members that were fitted elsewhere are joined as was chosen', async () => {
  const known = draw('known', 800, line)
  const { answer } = await choose(known, draw('held', 800, line))
  const control = { random: createRandom(4) }
  const members = await Promise.all(answer.tuned.map((tuned) => tuned.fit(known, control)))
  await using joined = answer.join(members)
  const { dataset } = draw('fresh', 100, line)
  expect(await joined.predict(dataset)).toEqual(await members[0]?.predict(dataset))
}, 60_000)
