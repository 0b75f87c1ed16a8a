import type { Dataset } from '../core/dataset.ts'
import { AppError } from '../core/errors.ts'
import { elementAt } from '../math/matrix.ts'
import type { Contribution } from './linear-reasons.ts'
import { explainRidge, fitRidgePath, predictRidge, type RidgeModel } from './ridge.ts'

export type NeedSettings = {
  /** The column with what each person bought so far, and the one with the days since they first did. */
  readonly amount: string
  readonly age: string
  readonly horizonDays: number
  /** Errors are taken to grow with the pace to this power: 1 as counts do, 2 in proportion to it. */
  readonly variancePower: number
}

/** Need as a multiple of a person's own pace; plain data. */
export type NeedModel = Omit<NeedSettings, 'variancePower'> & {
  readonly kind: 'need'
  readonly formatVersion: 1
  /** What an average person buys in a day, by which short histories are filled up. */
  readonly dailyMean: number
  /** The average pace of the rows that were learned from, from which reasons are told. */
  readonly meanPace: number
  /** Linear regression of need / pace. */
  readonly multiple: RidgeModel
}

/** A history counts as if so many days of an average person came before it. */
const priorDays = 90
/** Nobody is taken to need less than this part of their pace. */
const leastMultiple = 0.02

/**
 * Weighted ridge regression of each person's need as a multiple of their own pace. Amounts are heavy-tailed: a few people
 * buy hundreds of times what others do. Plain least squares then follows those few and clipping its features loses them;
 * as multiples of a pace that is not clipped, people of every size teach the same weights. The pace is shrunk towards the
 * mean as in gamma-Poisson credibility (Bühlmann & Gisler, 2005, ch. 2).
 * @returns a model for each penalty
 * @throws AppError 'bad_input' when the columns of amount and age are not there, and the errors of `fitRidge`.
 */
export function fitNeedPath(
  dataset: Dataset,
  need: Float64Array,
  alphas: readonly number[],
  { variancePower, ...settings }: NeedSettings,
): NeedModel[] {
  const [amounts, ages] = [columnOf(dataset, settings.amount), agesOf(dataset, settings.age)]
  const dailyMean = sumOf(amounts) / sumOf(ages)
  if (!(dailyMean > 0))
    throw new AppError('too_little_data', { en: 'nobody bought anything so far', zh: '尚无任何购买' })
  const pace = paceOf(dataset, { ...settings, dailyMean })
  const multiples = need.map((value, row) => value / elementAt(pace, row))
  const rowWeights = pace.map((value) => value ** (2 - variancePower))
  return fitRidgePath(dataset, multiples, alphas, { rowWeights, hasPlainReasons: true }).map((multiple) => ({
    kind: 'need',
    formatVersion: 1,
    ...settings,
    dailyMean,
    meanPace: sumOf(pace) / pace.length,
    multiple,
  }))
}

/** What each person needs within the horizon. */
export function predictNeed(model: NeedModel, dataset: Dataset): Float64Array {
  const pace = paceOf(dataset, model)
  return predictRidge(model.multiple, dataset).map(
    (multiple, row) => elementAt(pace, row) * Math.max(leastMultiple, multiple),
  )
}

/**
 * Each row's contributions in the unit of the need, largest first: what was bought so far sets the pace, the other
 * features raise or lower the multiple. With the average pace times the average multiple they sum to the prediction,
 * where it is not the least one.
 */
export function explainNeed(model: NeedModel, dataset: Dataset): Contribution[][] {
  const pace = paceOf(dataset, model)
  return explainRidge(model.multiple, dataset).map((reasons, row) => {
    const own = elementAt(pace, row)
    const ofPace = (own - model.meanPace) * model.multiple.intercept
    const scaled = new Map(reasons.map(({ feature, contribution }) => [feature, own * contribution]))
    scaled.set(model.amount, (scaled.get(model.amount) ?? 0) + ofPace)
    return [...scaled]
      .map(([feature, contribution]) => ({ feature, contribution }))
      .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
  })
}

/** What each person would buy within the horizon going on as so far. */
function paceOf(
  dataset: Dataset,
  { amount, age, horizonDays, dailyMean }: Pick<NeedModel, 'amount' | 'age' | 'horizonDays' | 'dailyMean'>,
): Float64Array {
  const ages = agesOf(dataset, age)
  return columnOf(dataset, amount).map((value, row) => {
    const days = elementAt(ages, row) + priorDays
    return ((value + dailyMean * priorDays) / days) * horizonDays
  })
}

function agesOf(dataset: Dataset, age: string): Float64Array {
  return columnOf(dataset, age).map((days) => Math.max(1, days))
}

/** A column whose missing and negative values count as 0. */
function columnOf({ featureNames, rowIds, values }: Dataset, name: string): Float64Array {
  const column = featureNames.indexOf(name)
  if (column === -1)
    throw new AppError('bad_input', 'a need is told from a column that is not there', {
      expected: name,
    })
  return Float64Array.from(rowIds, (_, row) =>
    Math.max(0, elementAt(values, row * featureNames.length + column) || 0),
  )
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0)
}
