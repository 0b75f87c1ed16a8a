import type { Bilingual } from '../../../core/language.ts'
import { elementAt } from '../../../math/matrix.ts'
import { normalQuantile } from '../../../math/normal-quantile.ts'
import { quantileOfSorted } from '../../../math/quantile.ts'
import { knownSorted, medianOf, momentsOf, varies } from '../column-moments.ts'
import { type ColumnTable, type NumberColumn, numberColumn } from '../column-table.ts'
import { formatFigure } from '../figure.ts'
import {
  checkWhole,
  columnOf,
  type FittedStep,
  type Replacement,
  type StepTraining,
  takeColumns,
  tell,
} from './fitted-step.ts'

/** Columns of different units become comparable. */
export type ScaleSettings = {
  readonly kind: 'scale'
  /** All number columns when left out. */
  readonly columns?: readonly string[]
} & (
  | {
      /** Mean 0 and deviation 1; or median 0 and the middle half 1 wide, which outliers do not move. */
      readonly method: 'standard' | 'robust'
    }
  | {
      /** The share of training rows below: any distribution becomes this one. */
      readonly method: 'quantile'
      readonly to?: 'uniform' | 'normal'
      /** How many quantiles are learned; 1000 by default. */
      readonly quantileCount?: number
    }
)

type LinearScale = {
  readonly kind: 'linear'
  readonly name: string
  readonly centre: number
  /** 0 where the column does not vary: it becomes 0 throughout. */
  readonly spread: number
}
type QuantileScale = {
  readonly kind: 'quantile'
  readonly name: string
  readonly to: 'uniform' | 'normal'
  /** Ascending, at equal steps of share from the least to the greatest; none where nothing was known. */
  readonly references: readonly number[]
}

export type ScaleStep = FittedStep<'scale'> & {
  readonly method: 'standard' | 'robust' | 'quantile'
  readonly columns: readonly (LinearScale | QuantileScale)[]
}

/** Shares are kept this far from 0 and 1 before they become normal, as scikit-learn keeps them: ±5.2 deviations. */
const leastShare = 1e-7

export function fitScale(settings: ScaleSettings, { table }: StepTraining): ScaleStep {
  const columns = takeColumns(table, 'number', settings.columns).map((column) => fitColumn(settings, column))
  const own = columns.map((each) => each.name)
  const { method } = settings
  return { kind: 'scale', formatVersion: 1, columnsIn: own, columnsOut: own, method, columns }
}

export function applyScale({ columns }: ScaleStep, table: ColumnTable): Replacement {
  return new Map(
    columns.map((learned) => {
      const { values } = columnOf(table, 'number', learned.name)
      return [learned.name, [numberColumn(learned.name, scaleValues(learned, values))]]
    }),
  )
}

export function describeScale({ columns }: ScaleStep): Bilingual[] {
  return columns.map((learned) => {
    const { name } = learned
    if (learned.kind === 'quantile') {
      if (learned.references.length === 0)
        return tell(name, 'no value in training; 0 throughout', '训练数据中没有值；一律为 0')
      const [low, high] = [learned.references[0], learned.references.at(-1)].map((each) =>
        formatFigure(each ?? Number.NaN),
      )
      return learned.to === 'normal'
        ? tell(
            name,
            `the share below it as a normal deviate, of ${low} … ${high}`,
            `按分位数映射为正态分布，范围 ${low} … ${high}`,
          )
        : tell(
            name,
            `the share of rows below it, of ${low} … ${high}`,
            `按分位数映射为均匀分布，范围 ${low} … ${high}`,
          )
    }
    if (learned.spread === 0) return tell(name, 'does not vary; 0 throughout', '没有变化；一律为 0')
    const [centre, spread] = [learned.centre, learned.spread].map(formatFigure)
    return tell(name, `less ${centre}, divided by ${spread}`, `减去 ${centre}，再除以 ${spread}`)
  })
}

function fitColumn(settings: ScaleSettings, { name, values }: NumberColumn): LinearScale | QuantileScale {
  const known = knownSorted(values)
  if (settings.method === 'quantile') {
    const { to = 'uniform', quantileCount = 1000 } = settings
    checkWhole('scale.quantileCount', quantileCount, 2, 100_000)
    const count = Math.min(quantileCount, Math.max(2, known.length))
    const references =
      known.length === 0
        ? []
        : Array.from({ length: count }, (_, place) => quantileOfSorted(known, place / (count - 1)))
    return { kind: 'quantile', name, to, references }
  }
  const moments = known.length === 0 ? { mean: 0, deviation: 0 } : momentsOf(known)
  const deviation = varies(moments) ? moments.deviation : 0
  if (settings.method === 'standard')
    return { kind: 'linear', name, centre: moments.mean + 0, spread: deviation }
  const range = known.length === 0 ? 0 : quantileOfSorted(known, 0.75) - quantileOfSorted(known, 0.25)
  // Where more than half of the rows have one value, the deviation is all there is to divide by.
  return {
    kind: 'linear',
    name,
    centre: medianOf(known),
    spread: range > 0 && deviation > 0 ? range : deviation,
  }
}

function scaleValues(learned: LinearScale | QuantileScale, values: Float64Array): Float64Array {
  if (learned.kind === 'linear') {
    const { centre, spread } = learned
    return values.map((value) => (spread === 0 ? keepMissing(value, 0) : (value - centre) / spread))
  }
  const references = Float64Array.from(learned.references)
  return values.map((value) => {
    if (references.length === 0) return keepMissing(value, 0)
    const share = shareBelow(references, value)
    if (learned.to === 'uniform' || Number.isNaN(share)) return share
    return normalQuantile(Math.min(1 - leastShare, Math.max(leastShare, share)))
  })
}

function keepMissing(value: number, otherwise: number): number {
  return Number.isNaN(value) ? value : otherwise
}

/**
 * Where a value stands among the references, in 0..1, between two of them by its distance from each; of equal references the
 * middle, of the least 0 and of the greatest 1. So does scikit-learn's QuantileTransformer, by interpolating from both ends.
 */
function shareBelow(references: Float64Array, value: number): number {
  if (Number.isNaN(value)) return value
  const last = references.length - 1
  if (value <= elementAt(references, 0)) return 0
  if (value >= elementAt(references, last)) return 1
  const first = firstPlace(references, (reference) => reference >= value)
  const after = firstPlace(references, (reference) => reference > value)
  if (after > first) return (first + after - 1) / 2 / last
  const [low, high] = [elementAt(references, first - 1), elementAt(references, first)]
  return (first - 1 + (value - low) / (high - low)) / last
}

/** The first place whose reference is beyond, or the length; references ascend. */
function firstPlace(references: Float64Array, isBeyond: (reference: number) => boolean): number {
  let [low, high] = [0, references.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (isBeyond(elementAt(references, middle))) high = middle
    else low = middle + 1
  }
  return low
}
