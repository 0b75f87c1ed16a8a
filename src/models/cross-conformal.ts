import type { Dataset } from '../core/dataset.ts'
import { AppError } from '../core/errors.ts'
import { elementAt, itemAt } from '../math/matrix.ts'
import { checkSaved } from './check-learning.ts'
import { checkCoverage, type Intervals, rankOf } from './conformal.ts'
import type { FitControl, FittedModel, Learner, LearningRows, SavedModel, Task } from './learner.ts'
import { foldLearningRows } from './learning-folds.ts'
import { packModels, unpackModels } from './pack-models.ts'

export type CrossConformalOptions = {
  readonly coverage: number
  /** As many as there are rows is the jackknife+; 10 by default. */
  readonly foldCount?: number
}

/** A model of amounts or counts that tells intervals. */
export type CrossConformal = AsyncDisposable & {
  predict(dataset: Dataset): Promise<Intervals>
  save(): SavedModel
}

const kind = 'cross-conformal'

/**
 * CV+ intervals: each fold's rows are held from one model, whose errors on them say how far off it is; every row then gives a
 * bound, and the interval lies between their quantiles. All rows both teach and judge. Covers at least 2 · coverage − 1 whatever
 * the model, and about the coverage where it is stable.
 * Source: Barber, Candès, Ramdas & Tibshirani (2021), "Predictive inference with the jackknife+", §3 (CV+).
 * @throws AppError as the learner does; 'bad_input' for a task of other kinds, a coverage outside 0..1 or fewer than two folds.
 */
export async function fitCrossConformal<Settings extends object>(
  learner: Learner<Settings>,
  task: Task,
  rows: LearningRows,
  settings: Settings,
  { coverage, foldCount = 10, random, signal, progress }: CrossConformalOptions & FitControl,
): Promise<CrossConformal> {
  checkCoverage(coverage)
  if (task.kind !== 'amount' && task.kind !== 'count')
    throw new AppError('bad_input', 'intervals are told of amounts and counts; classes have sets', {
      received: task.kind,
    })
  if (!(Number.isInteger(foldCount) && foldCount >= 2))
    throw new AppError('bad_input', `foldCount must be a whole number of at least 2, got ${foldCount}`)
  const folds = foldLearningRows(task, rows, foldCount, random.fork('folds'))
  const models: FittedModel[] = []
  const errors = new Float64Array(rows.labels.length)
  const foldOf = new Uint32Array(rows.labels.length)
  for (const [index, { rest, held, heldRows }] of folds.entries()) {
    const model = await learner.fit(task, rest, settings, { random: random.fork(`fold ${index}`), signal })
    const said = await model.predict(held.dataset)
    for (const [place, row] of heldRows.entries()) {
      errors[row] = Math.abs(itemAt(held.labels, place) - elementAt(said, place))
      foldOf[row] = index
    }
    models.push(model)
    progress?.({ done: index + 1, total: folds.length })
  }
  const least = task.kind === 'count' ? 0 : null
  return createCrossConformal({ models, errors, foldOf, coverage, least }, rows.dataset.featureNames)
}

/** @throws AppError 'bad_config' for what the same learner did not save. */
export async function loadCrossConformal<Settings extends object>(
  learner: Learner<Settings>,
  saved: SavedModel,
): Promise<CrossConformal> {
  checkSaved(saved, kind, 1)
  const { models, errors, foldOf, coverage, least } = saved.card as Partial<CrossCard>
  const inner = unpackModels(models, saved.parts)
  if (!Array.isArray(errors) || errors.length !== foldOf?.length || coverage === undefined)
    throw new AppError('bad_config', 'the card of saved intervals is damaged')
  const loaded: FittedModel[] = []
  for (const each of inner) loaded.push(await learner.load(each))
  const parts = {
    errors: Float64Array.from(errors),
    foldOf: Uint32Array.from(foldOf),
    coverage,
    least: least ?? null,
  }
  return createCrossConformal({ ...parts, models: loaded }, saved.featureNames)
}

type CrossParts = {
  /** One a fold, which its rows were held from. */
  readonly models: readonly FittedModel[]
  readonly errors: Float64Array
  readonly foldOf: Uint32Array
  readonly coverage: number
  /** Nothing lies below it; null for amounts. */
  readonly least: number | null
}

type CrossCard = {
  readonly models: readonly object[]
  readonly errors: readonly number[]
  readonly foldOf: readonly number[]
  readonly coverage: number
  readonly least: number | null
}

function createCrossConformal(parts: CrossParts, featureNames: readonly string[]): CrossConformal {
  const { models, errors, foldOf, coverage, least } = parts
  const sortedErrors = models.map((_, fold) => errors.filter((_error, row) => foldOf[row] === fold).sort())
  return {
    async predict(dataset) {
      const said: Float64Array[] = []
      for (const model of models) said.push(await model.predict(dataset))
      return intervalsOf({ sortedErrors, coverage, least }, said, dataset.rowIds.length)
    },
    save() {
      const { cards, parts: bytes } = packModels(models.map((model) => model.save()))
      const card: CrossCard = { models: cards, errors: [...errors], foldOf: [...foldOf], coverage, least }
      return { kind, formatVersion: 1, featureNames, card, parts: bytes }
    },
    async [Symbol.asyncDispose]() {
      for (const model of models) await model[Symbol.asyncDispose]()
    },
  }
}

function intervalsOf(
  {
    sortedErrors,
    coverage,
    least,
  }: Pick<CrossParts, 'coverage' | 'least'> & { readonly sortedErrors: readonly Float64Array[] },
  said: readonly Float64Array[],
  rowCount: number,
): Intervals {
  const [predicted, low, high] = [
    new Float64Array(rowCount),
    new Float64Array(rowCount),
    new Float64Array(rowCount),
  ]
  const shifts = new Float64Array(said.length)
  for (let row = 0; row < rowCount; row++) {
    for (const [fold, values] of said.entries()) shifts[fold] = elementAt(values, row)
    predicted[row] = shifts.reduce((sum, value) => sum + value, 0) / said.length
    high[row] = upperRankOfShifted(sortedErrors, shifts, coverage)
    // The lower end is the upper rank of what is mirrored.
    for (const [fold, shift] of shifts.entries()) shifts[fold] = -shift
    low[row] = Math.max(
      least ?? Number.NEGATIVE_INFINITY,
      -upperRankOfShifted(sortedErrors, shifts, coverage),
    )
  }
  return { predicted, low, high }
}

/**
 * The ⌈(n + 1) coverage⌉-th smallest of all errors, each fold's moved by its shift: by halving, since each fold is in order, so that
 * a row costs folds · log n and not n.
 */
function upperRankOfShifted(sorted: readonly Float64Array[], shifts: Float64Array, coverage: number): number {
  const total = sorted.reduce((sum, errors) => sum + errors.length, 0)
  const rank = rankOf(total, coverage)
  if (rank > total) return Number.POSITIVE_INFINITY
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const [fold, errors] of sorted.entries()) {
    low = Math.min(low, elementAt(errors, 0) + elementAt(shifts, fold))
    high = Math.max(high, elementAt(errors, errors.length - 1) + elementAt(shifts, fold))
  }
  if (countUpTo(sorted, shifts, low) >= rank) return low
  for (;;) {
    const middle = low + (high - low) / 2
    if (!(middle > low && middle < high)) return high
    if (countUpTo(sorted, shifts, middle) >= rank) high = middle
    else low = middle
  }
}

function countUpTo(sorted: readonly Float64Array[], shifts: Float64Array, value: number): number {
  let count = 0
  for (const [fold, errors] of sorted.entries()) {
    let [from, to] = [0, errors.length]
    const most = value - elementAt(shifts, fold)
    while (from < to) {
      const middle = (from + to) >> 1
      if (elementAt(errors, middle) <= most) from = middle + 1
      else to = middle
    }
    count += from
  }
  return count
}
