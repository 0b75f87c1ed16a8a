import type { Dataset } from '../core/dataset.ts'
import { AppError } from '../core/errors.ts'
import { elementAt, itemAt } from '../math/matrix.ts'

export type PaceSettings = {
  /** The column with what each person bought so far, and the one with the days since they first did. */
  readonly amount: string
  readonly age: string
  readonly horizonDays: number
}

/** What people buy within a horizon going on as so far; plain data. */
export type Pace = PaceSettings & {
  /** What an average person buys in a day, by which short histories are filled up. */
  readonly dailyMean: number
  /** The average pace of the rows that were learned from, from which reasons are told. */
  readonly meanPace: number
}

/** A history counts as if so many days of an average person came before it. */
const priorDays = 90

/**
 * The pace of the rows that are learned from.
 * @param weights how much each row counts; 1 each where left out
 * @throws AppError 'bad_input' when the columns of amount and age are not there, 'too_little_data' when nobody bought anything.
 */
export function fitPace(dataset: Dataset, settings: PaceSettings, weights?: ArrayLike<number>): Pace {
  const total = (values: Float64Array) =>
    values.reduce((sum, value, row) => sum + value * (weights ? itemAt(weights, row) : 1), 0)
  const dailyMean = total(columnOf(dataset, settings.amount)) / total(agesOf(dataset, settings.age))
  if (!(dailyMean > 0))
    throw new AppError('too_little_data', { en: 'nobody bought anything so far', zh: '尚无任何购买' })
  const paces = paceOf({ ...settings, dailyMean }, dataset)
  return { ...settings, dailyMean, meanPace: total(paces) / total(paces.map(() => 1)) }
}

/**
 * What each person would buy within the horizon going on as so far, shrunk towards the average person as in gamma-Poisson
 * credibility (Bühlmann & Gisler, 2005, ch. 2); above 0. Errors as `fitPace`.
 */
export function paceOf(
  { amount, age, horizonDays, dailyMean }: Omit<Pace, 'meanPace'>,
  dataset: Dataset,
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
    throw new AppError('bad_input', 'a pace is told from a column that is not there', { expected: name })
  return Float64Array.from(rowIds, (_, row) =>
    Math.max(0, elementAt(values, row * featureNames.length + column) || 0),
  )
}
