import { describe, expect, test } from 'vitest'
import type { Dataset } from '../core/dataset.ts'
import { AppError, type ErrorCode } from '../core/errors.ts'
import { areaUnderRoc } from '../math/metrics/classification.ts'
import { rSquared } from '../math/metrics/regression.ts'
import { createRandom } from '../math/random.ts'
import type { FitControl, FittedModel, Learner, LearningRows, SavedModel, Task } from './learner.ts'

/** A learner, and what may be expected of it beside the common rules. */
export type LearnerCase<Settings extends object> = {
  readonly learner: Learner<Settings>
  /** Quick ones for small data; the standard where left out. */
  readonly settings?: Settings
  /**
   * What must be reached on fresh rows of noiseless linear data: R² of amounts and counts, AUC of chances, share of right classes,
   * share of pairs in the right order. .9 where left out.
   */
  readonly reaches?: Partial<Record<Task['kind'], number>>
  /** What a score is before it is an answer; `log` of amounts where the model multiplies. As the port says where left out. */
  readonly amountLink?: 'identity' | 'log'
  /** Amounts of the data are all above 0 where a model of amounts can tell only such. */
  readonly hasPositiveAmounts?: boolean
  /**
   * By how much answers may differ, as a share of their range, between a weight of 2 and a row that stands twice. 1e-6 where left
   * out; more for a learner that draws rows or goes through them in batches.
   */
  readonly weightTolerance?: number
  /** Rows to learn from; 300 where left out. */
  readonly rowCount?: number
}

const featureNames = ['pull', 'push', 'noise', 'still', 'colour']
const width = featureNames.length
const colours = ['colour']
const classCount = 3

type Drawn = LearningRows & { readonly dataset: Dataset }

/** Rows whose answer is known: a linear score of `pull`, `push` and the colour (of four codes without an order). */
function drawRows(task: Task, rowCount: number, seed: string, lift = 0): Drawn {
  const random = createRandom(seed)
  const rows = Array.from({ length: rowCount }, () => {
    const colour = random.integer(4)
    const [pull, push] = [random.normal(), random.normal()]
    const score = 0.8 * pull - 0.6 * push + (colour % 2 === 0 ? 0.5 : -0.5)
    return { values: [pull, push, random.normal(), 7, colour], score, other: 0.9 * push + 0.4 * pull }
  })
  const dataset = {
    featureNames,
    rowIds: rows.map((_, row) => `r${row}`),
    values: Float64Array.from(rows.flatMap(({ values }) => values)),
  }
  const labels = Float64Array.from(rows, ({ score, other }) => labelOf(task, score, other, lift))
  const base = { dataset, labels, categorical: colours }
  if (task.kind !== 'order') return base
  return { ...base, queries: rows.map((_, row) => `q${Math.floor(row / 10)}`) }
}

function labelOf(task: Task, score: number, other: number, lift: number): number {
  switch (task.kind) {
    case 'amount':
      return lift > 0 ? lift * Math.exp(0.5 * score) : 5 + 3 * score
    case 'count':
      return Math.round(20 * Math.exp(0.5 * score))
    case 'chance':
      return score > 0.2 ? 1 : 0
    case 'class':
      return score > Math.max(0.3, other) ? 0 : other > 0.3 ? 1 : 2
    case 'order':
      return Math.max(0, Math.min(4, Math.round(score + 2)))
    default:
      return task satisfies never
  }
}

/** How right answers are, 1 at best, in the measure of the task. */
function qualityOf(task: Task, { labels, queries }: LearningRows, said: Float64Array): number {
  switch (task.kind) {
    case 'amount':
    case 'count':
      return rSquared(labels, said)
    case 'chance':
      return areaUnderRoc(labels, said)
    case 'class': {
      const right = Array.from(labels).filter((label, row) => {
        const own = said.subarray(row * task.classCount, (row + 1) * task.classCount)
        return own.indexOf(Math.max(...own)) === label
      })
      return right.length / labels.length
    }
    case 'order':
      return shareInOrder(labels, queries ?? [], said)
    default:
      return task satisfies never
  }
}

function shareInOrder(labels: ArrayLike<number>, queries: readonly string[], said: Float64Array): number {
  let [right, all] = [0, 0]
  for (const [a, query] of queries.entries())
    for (let b = a + 1; queries[b] === query; b++) {
      const difference = (labels[a] ?? 0) - (labels[b] ?? 0)
      if (difference === 0) continue
      all++
      if (difference * ((said[a] ?? 0) - (said[b] ?? 0)) > 0) right++
    }
  return right / all
}

function taskOf(kind: Task['kind']): Task {
  return kind === 'class' ? { kind, classCount } : { kind }
}

/** Some of the rows, in the given order, with all that belongs to them. */
function pick(rows: LearningRows, places: readonly number[]): Drawn {
  const { dataset } = rows
  const values = places.flatMap((row) => [...dataset.values.subarray(row * width, (row + 1) * width)])
  const picked = {
    ...rows,
    dataset: {
      ...dataset,
      rowIds: places.map((row) => dataset.rowIds[row] ?? ''),
      values: Float64Array.from(values),
    },
    labels: places.map((row) => rows.labels[row] ?? Number.NaN),
  }
  return rows.queries === undefined
    ? picked
    : { ...picked, queries: places.map((row) => rows.queries?.[row] ?? '') }
}

function withValues(rows: Drawn, change: (value: number, column: number, row: number) => number): Drawn {
  const values = rows.dataset.values.map((value, index) =>
    change(value, index % width, Math.floor(index / width)),
  )
  return { ...rows, dataset: { ...rows.dataset, values } }
}

/** As files keep it: the card through JSON, the parts as bytes of their own. */
function throughFiles(saved: SavedModel): SavedModel {
  const parts = Object.entries(saved.parts).map(([name, bytes]) => [name, Uint8Array.from(bytes)] as const)
  const { kind, formatVersion, featureNames: names, card } = saved
  return {
    ...JSON.parse(JSON.stringify({ kind, formatVersion, featureNames: names, card })),
    parts: Object.fromEntries(parts),
  }
}

async function codeOf(attempt: () => Promise<unknown>): Promise<ErrorCode | 'none'> {
  try {
    await attempt()
    return 'none'
  } catch (error) {
    if (error instanceof AppError) return error.code
    throw error
  }
}

function spreadOf(values: Float64Array): number {
  return (
    values.reduce((most, value) => Math.max(most, value)) -
    values.reduce((least, value) => Math.min(least, value))
  )
}

function largestDifference(a: Float64Array, b: Float64Array): number {
  return a.reduce((most, value, index) => Math.max(most, Math.abs(value - (b[index] ?? Number.NaN))), 0)
}

/** The suite that every learner passes, for each task that it knows. */
export function contractOfLearner<Settings extends object>(title: string, each: LearnerCase<Settings>): void {
  const { learner, settings = learner.standard, rowCount = 300, weightTolerance = 1e-6 } = each
  const lift = each.hasPositiveAmounts ? 10 : 0
  const seeded = (): FitControl => ({ random: createRandom(11) })
  const learn = (task: Task, rows: LearningRows, control = seeded()) =>
    learner.fit(task, rows, settings, control)

  for (const kind of learner.tasks)
    describe(`${title}, asked for ${kind}`, () => {
      const task = taskOf(kind)
      const reach = each.reaches?.[kind] ?? 0.9
      const answerWidth = task.kind === 'class' ? task.classCount : 1
      const known = drawRows(task, rowCount, `known ${kind}`, lift)
      const fresh = drawRows(task, 200, `fresh ${kind}`, lift)
      const expectAnswers = async (model: FittedModel, dataset: Dataset): Promise<Float64Array> => {
        const said = await model.predict(dataset)
        expect(said.length).toBe(dataset.rowIds.length * answerWidth)
        expect(said.every(Number.isFinite)).toBe(true)
        if (kind === 'count') expect(said.every((value) => value >= 0)).toBe(true)
        if (kind === 'chance' || kind === 'class')
          expect(said.every((value) => value >= 0 && value <= 1)).toBe(true)
        if (kind === 'class')
          for (const row of dataset.rowIds.keys()) {
            const own = said.subarray(row * answerWidth, (row + 1) * answerWidth)
            expect(own.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 6)
          }
        return said
      }

      test('noiseless and separable rows are learned, and the input stays as it was', async () => {
        const before = known.dataset.values.slice()
        const model = await learn(task, known)
        const said = await expectAnswers(model, fresh.dataset)
        expect(qualityOf(task, fresh, said)).toBeGreaterThanOrEqual(reach)
        expect(known.dataset.values).toEqual(before)
        expect(model.kind).toBe(learner.kind)
        expect(model.featureNames).toEqual(featureNames)
        expect(await model.predict({ featureNames, rowIds: [], values: new Float64Array() })).toHaveLength(0)
        await model[Symbol.asyncDispose]()
      })

      test('saved and loaded, it gives the same answers to the bit', async () => {
        await using model = await learn(task, known)
        const saved = model.save()
        expect(saved.kind).toBe(learner.kind)
        expect(saved.featureNames).toEqual(featureNames)
        await using read = await learner.load(throughFiles(saved))
        expect(await read.predict(fresh.dataset)).toEqual(await model.predict(fresh.dataset))
        expect(await read.explain?.(fresh.dataset)).toEqual(await model.explain?.(fresh.dataset))
        expect(throughFiles(read.save())).toEqual(throughFiles(saved))
      })

      test('the same seed gives the same model', async () => {
        await using first = await learn(task, known)
        await using second = await learn(task, known)
        expect(second.save()).toEqual(first.save())
      })

      test('what was saved by another kind, a newer format or in part is refused', async () => {
        await using model = await learn(task, known)
        const saved = model.save()
        const broken = [
          { ...saved, kind: 'another' },
          { ...saved, formatVersion: saved.formatVersion + 1 },
          { ...saved, card: {}, parts: {} },
        ]
        for (const each of broken) expect(await codeOf(() => learner.load(each))).toBe('bad_config')
      })

      test('columns in another order, too few or of other names are refused', async () => {
        await using model = await learn(task, known)
        const { rowIds, values } = fresh.dataset
        const others = [
          { featureNames: featureNames.toReversed(), rowIds, values },
          { featureNames: featureNames.slice(1), rowIds, values: values.slice(rowIds.length) },
          { featureNames: [...featureNames.slice(1), 'stranger'], rowIds, values },
        ]
        for (const dataset of others) {
          expect(await codeOf(() => model.predict(dataset))).toBe('bad_input')
          if (model.explain) expect(await codeOf(async () => model.explain?.(dataset))).toBe('bad_input')
        }
      })

      test('reasons, where it has exact ones, sum to the score and leave the constant column out', async () => {
        await using model = await learn(task, known)
        const reasons = await model.explain?.(fresh.dataset)
        if (reasons === undefined) return expect(model.explain).toBeUndefined()
        const said = await model.predict(fresh.dataset)
        expect(reasons.contributions).toHaveLength(fresh.dataset.rowIds.length)
        for (const [row, parts] of reasons.contributions.entries()) {
          const score = parts.reduce((sum, { contribution }) => sum + contribution, reasons.base)
          const answer = answerOf(task, score, each.amountLink ?? 'identity')
          expect(Math.abs(answer - (said[row] ?? Number.NaN))).toBeLessThan(1e-6 * (1 + Math.abs(answer)))
          expect(parts.every(({ contribution }) => contribution !== 0)).toBe(true)
          expect(parts.map(({ feature }) => feature)).not.toContain('still')
          const sizes = parts.map(({ contribution }) => Math.abs(contribution))
          expect(sizes).toEqual(sizes.toSorted((a, b) => b - a))
          expect(parts.every(({ feature }) => featureNames.includes(feature))).toBe(true)
        }
      })

      test('missing values are answered, in some columns and in all', async () => {
        const random = createRandom('gaps')
        const withGaps = (rows: Drawn) =>
          withValues(rows, (value) => (random.next() < 0.1 ? Number.NaN : value))
        await using model = await learn(task, withGaps(known))
        const said = await expectAnswers(model, withGaps(fresh).dataset)
        expect(qualityOf(task, fresh, said)).toBeGreaterThan(reach - 0.35)
        await expectAnswers(model, withValues(fresh, () => Number.NaN).dataset)
        await using unaware = await learn(task, known)
        await expectAnswers(unaware, withValues(fresh, () => Number.NaN).dataset)
      })

      test('a column without any value, columns that repeat each other, and codes never seen do no harm', async () => {
        const twins = withValues(known, (value, column, row) =>
          column === 2 ? (known.dataset.values[row * width] ?? 0) : column === 3 ? Number.NaN : value,
        )
        await using model = await learn(task, twins)
        const strange = withValues(fresh, (value, column, row) =>
          column === 4 ? 99 : column === 2 ? (fresh.dataset.values[row * width] ?? 0) : value,
        )
        await expectAnswers(model, strange.dataset)
        const said = await expectAnswers(
          model,
          withValues(strange, (value, column, row) =>
            column === 4 ? (fresh.dataset.values[row * width + 4] ?? 0) : value,
          ).dataset,
        )
        expect(qualityOf(task, fresh, said)).toBeGreaterThan(reach - 0.1)
      })

      test('rows that are all alike get one answer', async () => {
        const alike = withValues(known, (_, column) => (column === 4 ? 1 : 7))
        await using model = await learn(task, alike)
        const said = await expectAnswers(model, alike.dataset)
        const [first] = [said.subarray(0, answerWidth)]
        for (const row of alike.dataset.rowIds.keys())
          expect(said.subarray(row * answerWidth, (row + 1) * answerWidth)).toEqual(first)
      })

      test('duplicated rows teach the same', async () => {
        const places = [...known.dataset.rowIds.keys()]
        const repeated = places.flatMap((row) => [row, row, row])
        await using model = await learn(task, pick(known, repeated))
        expect(qualityOf(task, fresh, await expectAnswers(model, fresh.dataset))).toBeGreaterThanOrEqual(
          reach - 0.05,
        )
      })

      test('a row of weight 2 counts as the row twice, one of weight 0 not at all', async () => {
        const places = [...known.dataset.rowIds.keys()]
        const isHeavy = (row: number) => (task.kind === 'order' ? Math.floor(row / 10) : row) % 3 === 0
        const weighed = { ...known, weights: places.map((row) => (isHeavy(row) ? 2 : 1)) }
        // Each copy of a query is a query of its own.
        const copies = pick(known, places.filter(isHeavy))
        const all = pick(known, [...places, ...places.filter(isHeavy)])
        const twice =
          copies.queries === undefined
            ? all
            : {
                ...all,
                queries: [...(known.queries ?? []), ...copies.queries.map((query) => `${query} again`)],
              }
        await using byWeight = await learn(task, weighed)
        await using byCopies = await learn(task, twice)
        const said = await byWeight.predict(fresh.dataset)
        const difference = largestDifference(said, await byCopies.predict(fresh.dataset))
        expect(difference / spreadOf(said)).toBeLessThan(weightTolerance)
      })

      test('rows of weight 0 teach nothing', async () => {
        const wrong = withValues(known, (value, column) => (column < 2 ? -value : value))
        const joined: LearningRows = {
          ...pick(known, [...known.dataset.rowIds.keys(), ...known.dataset.rowIds.keys()]),
          dataset: {
            featureNames,
            rowIds: [...known.dataset.rowIds, ...known.dataset.rowIds],
            values: Float64Array.of(...known.dataset.values, ...wrong.dataset.values),
          },
          weights: [...known.dataset.rowIds.map(() => 1), ...known.dataset.rowIds.map(() => 0)],
          ...(known.queries && {
            queries: [...known.queries, ...known.queries.map((query) => `${query} wrong`)],
          }),
        }
        await using model = await learn(task, joined)
        expect(qualityOf(task, fresh, await expectAnswers(model, fresh.dataset))).toBeGreaterThanOrEqual(
          reach - 0.05,
        )
      })

      test('no rows and one class alone are too little, one row gets an answer or the same words', async () => {
        expect(await codeOf(() => learn(task, pick(known, [])))).toBe('too_little_data')
        const still = { ...known, labels: known.dataset.rowIds.map(() => 1) }
        if (kind === 'chance' || kind === 'class')
          expect(await codeOf(() => learn(task, still))).toBe('too_little_data')
        else await expectAnswers(await learn(task, still), fresh.dataset)
        const one = pick(known, [0])
        const code = await codeOf(() => learn(task, one))
        expect(['none', 'too_little_data']).toContain(code)
        if (code === 'none') await expectAnswers(await learn(task, one), fresh.dataset)
      })

      test('what does not fit is refused: labels, weights, infinite values, unknown names, other tasks', async () => {
        const bad: LearningRows[] = [
          { ...known, labels: Array.from(known.labels).slice(1) },
          { ...known, labels: Array.from(known.labels).with(3, Number.NaN) },
          { ...known, labels: Array.from(known.labels).with(3, Number.POSITIVE_INFINITY) },
          { ...known, weights: known.dataset.rowIds.map(() => -1) },
          { ...known, weights: [1] },
          { ...known, categorical: ['stranger'] },
          withValues(known, (value, column, row) =>
            row === 2 && column === 1 ? Number.NEGATIVE_INFINITY : value,
          ),
        ]
        if (kind === 'count') bad.push({ ...known, labels: Array.from(known.labels).with(3, -1) })
        if (kind === 'chance') bad.push({ ...known, labels: Array.from(known.labels).with(3, 0.5) })
        if (kind === 'class') bad.push({ ...known, labels: Array.from(known.labels).with(3, classCount) })
        if (kind === 'order') bad.push({ ...known, queries: [] })
        for (const rows of bad) expect(await codeOf(() => learn(task, rows))).toBe('bad_input')
        const kinds = ['amount', 'count', 'chance', 'class', 'order'] as const
        for (const other of kinds.filter((each) => !learner.tasks.includes(each)))
          expect(await codeOf(() => learn(taskOf(other), known))).toBe('bad_input')
      })

      test('a signal stops it, before it begins and on the way', async () => {
        const stopped = { ...seeded(), signal: AbortSignal.abort() }
        expect(await codeOf(() => learn(task, known, stopped))).toBe('stopped')
        const controller = new AbortController()
        setImmediate(() => controller.abort())
        const later = { ...seeded(), signal: controller.signal }
        expect(await codeOf(() => learn(task, known, later))).toBe('stopped')
      })
    })
}

/** The answer that a score stands for. */
function answerOf(task: Task, score: number, amountLink: 'identity' | 'log'): number {
  switch (task.kind) {
    case 'amount':
      return amountLink === 'log' ? Math.exp(score) : score
    case 'count':
      return Math.exp(score)
    case 'chance':
      return 1 / (1 + Math.exp(-score))
    case 'class':
    case 'order':
      return score
    default:
      return task satisfies never
  }
}
