import { AppError } from '../core/errors.ts'
import { pause } from '../core/pause.ts'
import type { FitControl, FittedModel, ModelRows } from './learner.ts'
import type { Contribution } from './linear-reasons.ts'
import { type AnswerChoice, predictOne, scoreOfAnswer } from './model-answers.ts'
import { checkFeatureNames } from './prepare/scaler.ts'

export type ShapleyOptions = AnswerChoice & {
  /** People who stand for what is not known: a few dozen rows drawn from those that were learned from. */
  readonly background: ModelRows
  /** Pairs of orders for each background row; 1 by default. */
  readonly pairCount?: number
}

/** A part with how far other orders and another background would move it. */
type SampledContribution = Contribution & { readonly standardError: number }

export type SampledReasons = {
  /** The mean score of the background. */
  readonly base: number
  /** By row, largest first, parts of 0 left out; with `base` they sum to the row's score. */
  readonly contributions: readonly (readonly SampledContribution[])[]
}

/**
 * Shapley values of any model's score by sampled orders (Štrumbelj & Kononenko, 2014): a background row turns into the explained
 * one, feature by feature, and each step's change is the feature's. Every order is walked backwards too, which cancels what depends
 * on who comes first (antithetic; Mitchell et al., 2022). All background rows count equally, so parts and base sum to the score. A
 * row costs up to 2 · background · pairs · (features − 1) answers.
 * @throws AppError 'bad_input' for other features or an empty background, 'stopped'.
 */
export async function sampleShapley(
  model: FittedModel,
  dataset: ModelRows,
  options: ShapleyOptions,
  { random, signal, progress }: FitControl,
): Promise<SampledReasons> {
  const { background, task, pairCount = 1 } = options
  checkFeatureNames(model.featureNames, dataset)
  checkFeatureNames(model.featureNames, background)
  if (background.rowIds.length === 0)
    throw new AppError('bad_input', { en: 'a background needs rows', zh: '背景样本不能为空' })
  const score = async (rows: ModelRows) =>
    (await predictOne(model, options, rows)).map((answer) => scoreOfAnswer(task.kind, answer))
  const baseScores = await score(background)
  const scores = await score(dataset)
  const contributions: SampledContribution[][] = []
  for (const row of dataset.rowIds.keys()) {
    await pause(signal)
    const walks = background.rowIds.flatMap((_, from) =>
      Array.from({ length: pairCount }, () =>
        planWalk({ dataset, row, background, from }, random.shuffle(playersOf(model, dataset))),
      ),
    )
    const said = await score(joinSteps(walks, { dataset, row, background }))
    contributions.push(
      summarise(model.featureNames, attribute(walks, { said, end: scores[row] ?? Number.NaN, baseScores })),
    )
    progress?.({ done: row + 1, total: dataset.rowIds.length })
  }
  return { base: baseScores.reduce((sum, each) => sum + each, 0) / baseScores.length, contributions }
}

/** A background row on its way to the explained one, forwards and backwards. */
type Walk = {
  readonly from: number
  /** The features that differ, in the order in which they change; `eventsPlayer` for what was done in which order. */
  readonly order: readonly number[]
  /** Rows between the two ends: those of the order, then those of the reverse order. */
  readonly steps: readonly Step[]
}

type Step = { readonly values: Float64Array; readonly hasOwnEvents: boolean }

/** The events behind a row change all at once, as one feature. */
const eventsPlayer = -1
/** Its name in reasons. */
const eventsFeature = 'event_order'

function playersOf({ featureNames }: FittedModel, { events }: ModelRows): number[] {
  return [...featureNames.keys(), ...(events ? [eventsPlayer] : [])]
}

type Ends = {
  readonly dataset: ModelRows
  readonly row: number
  readonly background: ModelRows
  readonly from: number
}

function planWalk({ dataset, row, background, from }: Ends, shuffled: readonly number[]): Walk {
  const width = dataset.featureNames.length
  const end = dataset.values.subarray(row * width, (row + 1) * width)
  const start = background.values.subarray(from * width, (from + 1) * width)
  const order = shuffled.filter((column) => column === eventsPlayer || !Object.is(start[column], end[column]))
  const stepsOf = (columns: readonly number[]) => {
    const current = start.slice()
    let hasOwnEvents = false
    return columns.slice(0, -1).map((column): Step => {
      if (column === eventsPlayer) hasOwnEvents = true
      else current[column] = end[column] ?? Number.NaN
      return { values: current.slice(), hasOwnEvents }
    })
  }
  return { from, order, steps: [...stepsOf(order), ...stepsOf(order.toReversed())] }
}

function joinSteps(walks: readonly Walk[], { dataset, row, background }: Omit<Ends, 'from'>): ModelRows {
  const { featureNames, events } = dataset
  const steps = walks.flatMap(({ steps: own, from }) => own.map((step) => ({ ...step, from })))
  const values = new Float64Array(steps.length * featureNames.length)
  for (const [index, step] of steps.entries()) values.set(step.values, index * featureNames.length)
  const rows = { featureNames, rowIds: steps.map((_, index) => String(index)), values }
  if (events === undefined || background.events === undefined) return rows
  const told = steps.map(({ hasOwnEvents, from }) => {
    const [source, place] = hasOwnEvents ? [events, row] : [background.events, from]
    return { events: source?.sequences[place] ?? [], asOfMs: source?.asOfMs[place] ?? Number.NaN }
  })
  return {
    ...rows,
    events: { sequences: told.map((each) => each.events), asOfMs: told.map(({ asOfMs }) => asOfMs) },
  }
}

type Scores = {
  readonly said: Float64Array
  readonly end: number
  readonly baseScores: Float64Array
}

/** By walk the mean of both directions, by feature. */
function attribute(walks: readonly Walk[], { said, end, baseScores }: Scores): Map<number, number>[] {
  let place = 0
  return walks.map(({ from, order }) => {
    const parts = new Map<number, number>()
    for (const columns of [order, order.toReversed()]) {
      let last = baseScores[from] ?? Number.NaN
      for (const [index, column] of columns.entries()) {
        const next = index === columns.length - 1 ? end : (said[place++] ?? Number.NaN)
        parts.set(column, (parts.get(column) ?? 0) + (next - last) / 2)
        last = next
      }
    }
    return parts
  })
}

function summarise(
  featureNames: readonly string[],
  walks: readonly ReadonlyMap<number, number>[],
): SampledContribution[] {
  const count = walks.length
  return [...featureNames.entries(), [eventsPlayer, eventsFeature] as const]
    .map(([column, feature]) => {
      const parts = walks.map((walk) => walk.get(column) ?? 0)
      const contribution = parts.reduce((sum, part) => sum + part, 0) / count
      const squares = parts.reduce((sum, part) => sum + (part - contribution) ** 2, 0)
      return {
        feature,
        contribution,
        standardError: count > 1 ? Math.sqrt(squares / (count - 1) / count) : 0,
      }
    })
    .filter(({ contribution }) => contribution !== 0)
    .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
}
