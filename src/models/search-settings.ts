import { AppError, throwIfStopped } from '../core/errors.ts'
import { pause } from '../core/pause.ts'
import type { Random } from '../math/random.ts'
import { type HeldLoss, lossOfTask } from './held-loss.ts'
import { holdFolds, shareOfRows } from './held-rows.ts'
import type { HeldOut } from './hold-out.ts'
import type { Learner, LearningRows, Task } from './learner.ts'
import { proposeByParzen, type TriedPoint } from './search/parzen.ts'
import { type NextFit, nextFit } from './search/rungs.ts'
import { type Dimension, dimensionsOf, drawPoint, type SearchSpace, settingsAt } from './search-space.ts'
import type { SearchState } from './search-state.ts'

const chanceOneOf = 5

/** With fewer rows a fit says little of the settings. */
const leastRungRows = 300

/** Whichever is used up first ends the search; at least one of them. */
type SearchBudget = { readonly trials?: number; readonly minutes?: number }

/** Rows that tell how good settings are: a slice that comes after all that is learned from, or folds of the rows themselves. */
export type SearchRows =
  | { readonly kind: 'slice'; readonly rest: LearningRows; readonly held: LearningRows }
  | { readonly kind: 'folds'; readonly rows: LearningRows; readonly count: number }

export type SearchOptions<Settings extends object> = {
  readonly space: SearchSpace<Settings>
  readonly budget: SearchBudget
  /** Shares of the rows that are learned from, rising to 1; by default a ninth, a third and all, where a share has 300 rows. */
  readonly rungs?: readonly number[]
  /** One of so many goes on to the next rung; 3 by default. */
  readonly keepOneOf?: number
  /** Proposals drawn by chance before the good ones tell where to look; 8 by default. */
  readonly randomCount?: number
  readonly loss?: HeldLoss
  /** What the settings that are not searched are; the learner's standard by default. */
  readonly from?: Settings
  /** A search that was broken off. */
  readonly state?: SearchState
  readonly random: Random
  /** Milliseconds of a clock that only runs forward. */
  readonly clock: () => number
  readonly signal?: AbortSignal | undefined
  /** Told after each fit: what to keep, and the best so far. */
  readonly onTrial?: (step: SearchStep<Settings>) => void | Promise<void>
}

/** Where a search is. */
type SearchStep<Settings extends object> = {
  readonly state: SearchState
  readonly best: FoundSettings<Settings>
  readonly budget: SearchBudget
}

export type FoundSettings<Settings extends object> = {
  readonly settings: Settings
  readonly loss: number
  /** On this share of the rows; below 1 only where the budget ended before. */
  readonly share: number
  readonly trial: number
}

/**
 * Looks for the settings of least loss on held rows: proposals by chance, then by where good ones lie (as BOHB: Falkner, Klein &
 * Hutter, 2018), each tried on few rows first and on more while it is among the best. Begun again with its own state it goes on
 * as if it had never been broken off. The settings it begins with are tried too, so that it never ends with worse ones on these rows.
 * @throws AppError 'bad_input' for a space or budget that holds nothing or a state of another space, 'too_little_data' when not
 *   one fit came out, 'stopped'.
 */
export async function searchSettings<Settings extends object>(
  learner: Learner<Settings>,
  { task, rows }: { readonly task: Task; readonly rows: SearchRows },
  options: SearchOptions<Settings>,
): Promise<{ readonly best: FoundSettings<Settings>; readonly state: SearchState }> {
  const { random, clock, signal, budget, keepOneOf = 3 } = options
  const dimensions = dimensionsOf(options.space)
  checkOptions(dimensions, options)
  const settingsOf = createSettings(dimensions, options.from ?? learner.standard)
  const parts = rows.kind === 'slice' ? [rows] : holdFolds(rows.rows, rows.count, random.fork('folds'))
  const rungs = options.rungs ?? rungsFor(parts)
  const lossOf = options.loss ?? lossOfTask(task)
  let state: SearchState = options.state ?? { formatVersion: 1, trials: [], seconds: 0 }
  const before = state.seconds
  const startedAt = clock()
  for (;;) {
    throwIfStopped(signal)
    const isOver = state.seconds >= 60 * (budget.minutes ?? Number.POSITIVE_INFINITY)
    const canPropose = state.trials.length < (budget.trials ?? Number.POSITIVE_INFINITY)
    const next = isOver ? undefined : nextFit(state, rungs.length, keepOneOf, canPropose)
    if (next === undefined) break
    const point = state.trials[next.trial]?.point ?? propose(dimensions, state, options)
    const fit = { settings: settingsOf(point), share: rungs[next.rung] ?? 1 }
    const tried = await tryFit(learner, task, parts, { ...fit, lossOf, random, signal })
    state = record(state, next, point, tried, before + (clock() - startedAt) / 1000)
    const found = bestOf(state, rungs, settingsOf)
    if (found) await options.onTrial?.({ state, best: found, budget })
    await pause(signal)
  }
  const best = bestOf(state, rungs, settingsOf)
  if (best !== undefined) return { best, state }
  const failure = state.trials.find((trial) => trial.failure !== undefined)?.failure ?? 'no time for any'
  throw new AppError('too_little_data', {
    en: `no settings could be fitted: ${failure}`,
    zh: `没有任何设置可以拟合：${failure}`,
  })
}

function rungsFor(parts: readonly HeldOut[]): number[] {
  const rowCount = Math.min(...parts.map(({ rest }) => rest.dataset.rowIds.length))
  return [1 / 9, 1 / 3, 1].filter((share) => share === 1 || share * rowCount >= leastRungRows)
}

function createSettings<Settings extends object>(
  dimensions: readonly Dimension[],
  from: Settings,
): (point: readonly number[]) => Settings {
  // A dimension is a setting of this learner and its values are of that setting's type: the space's type says so.
  return (point) => (point.length === 0 ? from : ({ ...from, ...settingsAt(dimensions, point) } as Settings))
}

function propose<Settings extends object>(
  dimensions: readonly Dimension[],
  { trials }: SearchState,
  { random, randomCount = 8 }: SearchOptions<Settings>,
): number[] {
  if (trials.length === 0) return []
  const own = random.fork(`proposal ${trials.length}`)
  // One in so many by chance alone, so that no corner is given up for good.
  if (trials.length % chanceOneOf === 0) return drawPoint(dimensions, own)
  // The highest rung on which enough was tried tells most.
  for (let rung = 8; rung >= 0; rung--) {
    const known = trials.flatMap(({ point, losses }): TriedPoint[] =>
      point.length > 0 && losses.length > rung
        ? [{ point, loss: losses[rung] ?? Number.POSITIVE_INFINITY }]
        : [],
    )
    if (known.length >= Math.max(randomCount, dimensions.length + 1))
      return proposeByParzen(dimensions, known, own)
  }
  return drawPoint(dimensions, own)
}

type Tried = { readonly loss: number } | { readonly failure: string }

type FitOptions<Settings extends object> = {
  readonly settings: Settings
  readonly share: number
  readonly lossOf: HeldLoss
  readonly random: Random
  readonly signal: AbortSignal | undefined
}

/** The mean loss over the parts, each weighed by its held rows. What cannot be fitted is an answer, too. */
async function tryFit<Settings extends object>(
  learner: Learner<Settings>,
  task: Task,
  parts: readonly HeldOut[],
  { settings, share, lossOf, random, signal }: FitOptions<Settings>,
): Promise<Tried> {
  try {
    let [sum, count] = [0, 0]
    for (const [index, { rest, held }] of parts.entries()) {
      const own = random.fork(`part ${index}`)
      await using model = await learner.fit(task, shareOfRows(rest, share, own), settings, {
        random: own.fork('fit'),
        signal,
      })
      const heldCount = held.dataset.rowIds.length
      sum += heldCount * lossOf(held, await model.predict(held.dataset))
      count += heldCount
    }
    return Number.isFinite(sum) ? { loss: sum / count } : { failure: 'the loss is not finite' }
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'stopped') throw error
    return { failure: error.message }
  }
}

function record(
  state: SearchState,
  { trial: index }: NextFit,
  point: readonly number[],
  tried: Tried,
  seconds: number,
): SearchState {
  const known = state.trials[index] ?? { point, losses: [] }
  const losses = [...known.losses, 'loss' in tried ? tried.loss : null]
  const trial = { ...known, losses, ...('failure' in tried && { failure: tried.failure }) }
  return { ...state, trials: state.trials.toSpliced(index, 1, trial), seconds }
}

/** The least loss on the largest share of the rows that anything was tried on. */
function bestOf<Settings extends object>(
  { trials }: SearchState,
  rungs: readonly number[],
  settingsOf: (point: readonly number[]) => Settings,
): FoundSettings<Settings> | undefined {
  for (let rung = rungs.length - 1; rung >= 0; rung--) {
    const known = trials.flatMap(({ point, losses }, trial) => {
      const loss = losses[rung]
      return typeof loss === 'number'
        ? [{ settings: settingsOf(point), loss, share: rungs[rung] ?? 1, trial }]
        : []
    })
    if (known.length > 0) return known.reduce((a, b) => (b.loss < a.loss ? b : a))
  }
  return undefined
}

function checkOptions<Settings extends object>(
  dimensions: readonly Dimension[],
  { budget, rungs = [1], keepOneOf = 3, state }: SearchOptions<Settings>,
): void {
  const { trials = Number.POSITIVE_INFINITY, minutes = Number.POSITIVE_INFINITY } = budget
  if (!(trials >= 1 && minutes > 0 && (budget.trials ?? budget.minutes) !== undefined))
    throw new AppError('bad_input', 'a search needs a budget of at least one trial or of some minutes', {
      received: JSON.stringify(budget),
    })
  const isRising = rungs.every((share, index) => share > (rungs[index - 1] ?? 0) && share <= 1)
  if (!isRising || rungs.at(-1) !== 1 || keepOneOf < 2)
    throw new AppError('bad_input', 'rungs must rise to 1, and at most one of two may go on', {
      received: `${rungs.join(', ')}; one of ${keepOneOf}`,
    })
  const strange = state?.trials.find(({ point }) => point.length > 0 && point.length !== dimensions.length)
  if (state !== undefined && (state.formatVersion !== 1 || strange !== undefined))
    throw new AppError('bad_input', 'the state is of a search over other settings, or of a newer version', {
      expected: `format 1, ${dimensions.length} settings`,
      received: `format ${state.formatVersion}, ${strange?.point.length ?? dimensions.length} settings`,
    })
}
