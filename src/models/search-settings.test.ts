import { expect, test } from 'vitest'
import { AppError } from '../core/errors.ts'
import { createRandom } from '../math/random.ts'
import type { FittedModel, Learner, LearningRows } from './learner.ts'
import { type SearchOptions, searchSettings } from './search-settings.ts'
import { dimensionsOf, settingsAt } from './search-space.ts'
import type { SearchState } from './search-state.ts'

type Knobs = { readonly x: number; readonly y: number; readonly shape: 'round' | 'flat' }

/** Labels are 0 and the model says the same of every row, so that the loss is the square of what it says. */
function createKnownLearner(
  say: (knobs: Knobs) => number,
  fits: { knobs: Knobs; rowCount: number }[] = [],
): Learner<Knobs> {
  return {
    kind: 'known',
    tasks: ['amount'],
    standard: { x: 0, y: 0, shape: 'flat' },
    fit: async (_task, { dataset }, knobs) => {
      fits.push({ knobs, rowCount: dataset.rowIds.length })
      return {
        kind: 'known',
        featureNames: dataset.featureNames,
        predict: async ({ rowIds }) => new Float64Array(rowIds.length).fill(say(knobs)),
        save: () => ({ kind: 'known', formatVersion: 1, featureNames: [], card: {}, parts: {} }),
        [Symbol.asyncDispose]: async () => undefined,
      } satisfies FittedModel
    },
    load: () => Promise.reject(new Error('not asked for')),
  }
}

function rowsOf(count: number): LearningRows {
  const rowIds = Array.from({ length: count }, (_, row) => `p${row}`)
  return {
    dataset: { featureNames: ['a'], rowIds, values: new Float64Array(count) },
    labels: new Float64Array(count),
  }
}

/** The root of Branin's function (Dixon & Szegö, 1978), whose least value .397887 is taken at three places. */
const branin = ({ x, y }: Knobs) =>
  Math.sqrt(
    (y - (5.1 / (4 * Math.PI ** 2)) * x ** 2 + (5 / Math.PI) * x - 6) ** 2 +
      10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) +
      10,
  )

const plane = {
  x: { kind: 'uniform', low: -5, high: 10 },
  y: { kind: 'uniform', low: 0, high: 15 },
} as const
const question = {
  task: { kind: 'amount' },
  rows: { kind: 'slice', rest: rowsOf(90), held: rowsOf(10) },
} as const

const optionsOf = (seed: number, more: Partial<SearchOptions<Knobs>> = {}): SearchOptions<Knobs> => ({
  space: plane,
  budget: { trials: 60 },
  random: createRandom(seed),
  clock: () => 0,
  ...more,
})

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

test('of Branin’s function it finds nearly the least value, .397887, and more of it than chance does', async () => {
  const seeds = Array.from({ length: 21 }, (_, seed) => seed)
  const lossesOf = (more: Partial<SearchOptions<Knobs>>) =>
    Promise.all(
      seeds.map(async (seed) => {
        const found = await searchSettings(createKnownLearner(branin), question, optionsOf(seed, more))
        return found.best.loss
      }),
    )
  const [guided, byChance] = [await lossesOf({}), await lossesOf({ randomCount: 1000 })]
  expect(Math.min(...guided)).toBeGreaterThanOrEqual(0.397887)
  expect(median(guided)).toBeLessThan(0.55)
  expect(median(guided)).toBeLessThan(0.75 * median(byChance))
}, 60_000)

test('of nine settings three are tried on a third of the rows and one on all, and the standard beside them', async () => {
  const fits: { knobs: Knobs; rowCount: number }[] = []
  const learner = createKnownLearner(({ x }) => 20 + x, fits)
  const { best, state } = await searchSettings(
    learner,
    question,
    optionsOf(1, { budget: { trials: 9 }, rungs: [1 / 9, 1 / 3, 1] }),
  )
  const countOf = (rowCount: number) => fits.filter((fit) => fit.rowCount === rowCount).length
  // Nobody waits for a rung to fill, so that one that was best on the way may have gone on as well.
  expect(countOf(10)).toBe(9)
  expect(countOf(30)).toBeGreaterThanOrEqual(4)
  expect(countOf(30)).toBeLessThanOrEqual(6)
  expect(countOf(90)).toBeGreaterThanOrEqual(2)
  expect(countOf(90)).toBeLessThanOrEqual(3)
  // Less is better, and x is all that counts: the best of all is on the last rung.
  const least = Math.min(...fits.map(({ knobs }) => knobs.x))
  expect(best).toMatchObject({ share: 1, settings: { x: least, shape: 'flat' } })
  expect(state.trials[0]?.losses).toHaveLength(3)
})

test('a search that was broken off goes on from its state, by way of JSON, as if it had not been', async () => {
  const learner = createKnownLearner(branin)
  const whole = await searchSettings(learner, question, optionsOf(5, { budget: { trials: 30 } }))
  const kept: string[] = []
  const stopper = new AbortController()
  const broken = searchSettings(
    learner,
    question,
    optionsOf(5, {
      budget: { trials: 30 },
      signal: stopper.signal,
      onTrial: ({ state }) => {
        kept.push(JSON.stringify(state))
        if (kept.length === 17) stopper.abort()
      },
    }),
  )
  await expect(broken).rejects.toMatchObject({ code: 'stopped' })
  const state = JSON.parse(kept.at(-1) ?? '') as SearchState
  expect(state.trials).toHaveLength(17)
  const resumed = await searchSettings(learner, question, optionsOf(5, { budget: { trials: 30 }, state }))
  expect(resumed).toEqual(whole)
})

test('minutes are counted over all sittings', async () => {
  let atMs = 0
  const clock = () => {
    atMs += 10_000
    return atMs
  }
  const options = optionsOf(1, { budget: { minutes: 1 }, clock })
  const first = await searchSettings(createKnownLearner(branin), question, options)
  expect(first.state.trials).toHaveLength(6)
  const again = await searchSettings(createKnownLearner(branin), question, { ...options, state: first.state })
  expect(again.state).toEqual(first.state)
})

test('settings that cannot be fitted are an answer; where none can, the reason is told', async () => {
  const refuse = (when: (knobs: Knobs) => boolean) =>
    createKnownLearner((knobs) => {
      if (when(knobs)) throw new AppError('diverged', 'x is too large')
      return knobs.x + 10
    })
  const some = await searchSettings(
    refuse(({ x }) => x > 0),
    question,
    optionsOf(2, { budget: { trials: 12 } }),
  )
  expect(some.best.settings.x).toBeLessThanOrEqual(0)
  expect(some.state.trials.some(({ failure }) => failure === 'x is too large')).toBe(true)
  const none = searchSettings(
    refuse(() => true),
    question,
    optionsOf(2, { budget: { trials: 3 } }),
  )
  await expect(none).rejects.toMatchObject({ code: 'too_little_data', message: /x is too large/ })
})

test('it never ends with worse settings than it began with', async () => {
  const learner = createKnownLearner(({ x, y }) => 1 + Math.abs(x) + Math.abs(y))
  const { best } = await searchSettings(learner, question, optionsOf(3, { budget: { trials: 4 } }))
  expect(best).toEqual({ settings: learner.standard, loss: 1, share: 1, trial: 0 })
})

test('folds hold all rows of a person together', async () => {
  const rows = rowsOf(40)
  const rowIds = rows.dataset.rowIds.map((_, row) => `p${row % 8}`)
  const repeated = { ...rows, dataset: { ...rows.dataset, rowIds } }
  const fits: { knobs: Knobs; rowCount: number }[] = []
  const asked = { task: { kind: 'amount' }, rows: { kind: 'folds', rows: repeated, count: 4 } } as const
  await searchSettings(createKnownLearner(branin, fits), asked, optionsOf(1, { budget: { trials: 1 } }))
  expect(fits.map(({ rowCount }) => rowCount)).toEqual([30, 30, 30, 30])
})

test('each kind of range keeps its ends, and a logarithmic one its halves', () => {
  const space = dimensionsOf<{ a: number; b: number; c: number; d: string }>({
    a: { kind: 'log-uniform', low: 0.001, high: 10 },
    b: { kind: 'integer', low: 2, high: 5 },
    c: { kind: 'log-integer', low: 1, high: 100 },
    d: { kind: 'choice', values: ['x', 'y'] },
  })
  expect(settingsAt(space, [0, 0, 0, 0])).toEqual({ a: 0.001, b: 2, c: 1, d: 'x' })
  const end = 1 - 1e-12
  expect(settingsAt(space, [end, end, end, end])).toEqual({ a: expect.closeTo(10), b: 5, c: 100, d: 'y' })
  expect(settingsAt(space, [0.5, 0.5, 0.5, 0.5])).toEqual({ a: expect.closeTo(0.1), b: 4, c: 7, d: 'y' })
})

test('a range, budget or state that holds nothing is refused in words', async () => {
  const learner = createKnownLearner(branin)
  const tried = (more: Partial<SearchOptions<Knobs>>) => searchSettings(learner, question, optionsOf(1, more))
  const upsideDown = { x: { kind: 'log-uniform', low: 0, high: 1 } } as const
  await expect(tried({ space: upsideDown })).rejects.toMatchObject({
    code: 'bad_input',
    received: 'log-uniform 0..1',
  })
  await expect(tried({ space: { shape: { kind: 'choice', values: [] } } })).rejects.toThrow(/no values/)
  await expect(tried({ budget: {} })).rejects.toThrow(/budget/)
  await expect(tried({ rungs: [0.5, 0.2, 1] })).rejects.toThrow(/rise to 1/)
  const state = { formatVersion: 1, trials: [{ point: [0.5], losses: [1] }], seconds: 0 } as const
  await expect(tried({ state })).rejects.toMatchObject({ expected: 'format 1, 2 settings' })
})
