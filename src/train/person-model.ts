import { AppError } from '../core/errors.ts'
import { pause } from '../core/pause.ts'
import { elementAt } from '../math/matrix.ts'
import type { Random } from '../math/random.ts'
import type { FittedModel, ModelRows, SavedModel, Task } from '../models/learner.ts'
import type { Contribution } from '../models/linear-reasons.ts'
import { loadFittedModel } from '../models/load-fitted-model.ts'
import { boundsOfRates, fitRateBounds, type RateBounds } from '../models/rate-bounds.ts'
import { boundsAround, fitResidualBands, type ResidualBands } from '../models/residual-bands.ts'
import { sampleShapley } from '../models/sampled-shapley.ts'

/** How sure an answer is: of a chance the rate among people like that, of an amount what will come. */
type AnswerBounds =
  | { readonly kind: 'rate'; readonly rate: RateBounds }
  | { readonly kind: 'amount'; readonly bands: ResidualBands }

/** A question's fit as the registry keeps it as JSON; its parts that are bytes lie beside. */
export type KeptAnswer = {
  readonly kind: 'answer'
  readonly formatVersion: 2
  readonly horizonDays: number
  readonly task: Task
  readonly bounds: AnswerBounds
  readonly fit: Omit<SavedModel, 'parts'>
  /** Whether it needs the events behind each row. */
  readonly readsEvents: boolean
  /** Rows that stand for people in general, from which reasons are sampled where a model has no exact ones. */
  readonly background?: { readonly values: readonly (number | null)[]; readonly rowCount: number }
}

/** A fit that answers a question about people, with bounds and reasons. */
export type PersonModel = {
  readonly model: FittedModel
  readonly task: Task
  readonly bounds: AnswerBounds
  readonly background: ModelRows | undefined
}

const backgroundSize = 8

/** @param held what was said of rows that the fit did not learn from, and what came of them */
export function createPersonModel(
  task: Task,
  model: FittedModel,
  held: { readonly said: Float64Array; readonly labels: ArrayLike<number> },
  people: ModelRows,
  random: Random,
): PersonModel {
  const bounds: AnswerBounds =
    task.kind === 'chance'
      ? { kind: 'rate', rate: fitRateBounds(held.said) }
      : { kind: 'amount', bands: fitResidualBands(held.said, Float64Array.from(held.labels)) }
  return {
    ...{ model, task, bounds },
    background: model.explain === undefined ? drawBackground(people, random) : undefined,
  }
}

/**
 * People who never were: each column's value is that of somebody else, and nothing was done, so that a kept model holds no person's
 * row.
 */
function drawBackground({ featureNames, rowIds, values, events }: ModelRows, random: Random): ModelRows {
  const width = featureNames.length
  const drawn = Float64Array.from({ length: backgroundSize * width }, (_, place) =>
    elementAt(values, random.integer(rowIds.length) * width + (place % width)),
  )
  return backgroundOf(featureNames, drawn, backgroundSize, events !== undefined)
}

function backgroundOf(
  featureNames: readonly string[],
  values: Float64Array,
  rowCount: number,
  hasEvents: boolean,
): ModelRows {
  const rowIds = Array.from({ length: rowCount }, (_, row) => String(row))
  const events = { sequences: rowIds.map(() => []), asOfMs: rowIds.map(() => 0) }
  return { featureNames, rowIds, values, ...(hasEvents && { events }) }
}

export function boundsOf(
  { bounds }: Pick<PersonModel, 'bounds'>,
  said: Float64Array,
): { readonly low: Float64Array; readonly high: Float64Array } {
  switch (bounds.kind) {
    case 'rate':
      return boundsOfRates(bounds.rate, said)
    case 'amount': {
      const own = Array.from(said, (value) => boundsAround(bounds.bands, value))
      return {
        low: Float64Array.from(own, ({ low }) => low),
        high: Float64Array.from(own, ({ high }) => high),
      }
    }
    default:
      return bounds satisfies never
  }
}

/** Exact parts of each score; sampled ones where the model has none (`sampled-shapley.ts`). */
export async function reasonsOf(
  { model, task, background }: PersonModel,
  dataset: ModelRows,
  { random, signal }: { readonly random: Random; readonly signal: AbortSignal | undefined },
): Promise<readonly (readonly Contribution[])[]> {
  await pause(signal)
  const exact = await model.explain?.(dataset)
  if (exact !== undefined) return exact.contributions
  if (background === undefined) throw new Error('a model without exact reasons keeps a background')
  const sampled = await sampleShapley(model, dataset, { task, background }, { random, signal })
  return sampled.contributions
}

export function keepAnswer(
  { model, task, bounds, background }: PersonModel,
  { horizonDays, readsEvents }: Pick<KeptAnswer, 'horizonDays' | 'readsEvents'>,
): { readonly kept: KeptAnswer; readonly parts: SavedModel['parts'] } {
  const { parts, ...fit } = model.save()
  return {
    kept: {
      ...{ kind: 'answer', formatVersion: 2, horizonDays, task, bounds, readsEvents, fit },
      ...(background && {
        background: {
          values: Array.from(background.values, (value) => (Number.isNaN(value) ? null : value)),
          rowCount: background.rowIds.length,
        },
      }),
    },
    parts,
  }
}

/**
 * A registered fit, ready to answer.
 * @throws AppError 'bad_input' for a fit of an earlier version or of other features than `featureNames`; 'bad_config' when it is
 *   damaged or its parts are missing.
 */
export async function openAnswer(
  kept: Partial<KeptAnswer>,
  parts: SavedModel['parts'],
  featureNames: readonly string[],
): Promise<PersonModel> {
  const { fit, task, bounds, background } = kept
  if (kept.kind !== 'answer' || kept.formatVersion !== 2 || !fit || !task || !bounds)
    throw new AppError(
      'bad_input',
      { en: 'the fit was made by an earlier version', zh: '该模型由较早版本训练' },
      { wayOut: { en: 'Train it again.', zh: '请重新训练。' } },
    )
  checkNames(fit.featureNames, featureNames)
  const model = await loadFittedModel({ ...fit, parts })
  return {
    ...{ model, task, bounds },
    background:
      background &&
      backgroundOf(
        fit.featureNames,
        Float64Array.from(background.values, (value) => value ?? Number.NaN),
        background.rowCount,
        kept.readsEvents ?? false,
      ),
  }
}

function checkNames(own: readonly string[], given: readonly string[]): void {
  const index = Array.from({ length: Math.max(own.length, given.length) }).findIndex(
    (_, column) => own[column] !== given[column],
  )
  if (index === -1) return
  throw new AppError(
    'bad_input',
    { en: 'the features are not those that the model was fitted on', zh: '特征与模型训练时所用的不一致' },
    {
      where: `column ${index}`,
      expected: own[index] ?? 'no further column',
      received: given[index] ?? 'no further column',
      wayOut: { en: 'Train it again.', zh: '请重新训练。' },
    },
  )
}

/** Bounds never leave the answer out. */
export function boundsWith(
  said: Float64Array,
  { low, high }: ReturnType<typeof boundsOf>,
  row: number,
): { readonly value: number; readonly low: number; readonly high: number } {
  const value = elementAt(said, row)
  return { value, low: Math.min(value, elementAt(low, row)), high: Math.max(value, elementAt(high, row)) }
}
