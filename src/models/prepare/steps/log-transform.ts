import type { Bilingual } from '../../../core/language.ts'
import { knownSorted, momentsOf, signedLog } from '../column-moments.ts'
import { type ColumnTable, numberColumn } from '../column-table.ts'
import { formatFigure } from '../figure.ts'
import {
  columnOf,
  type FittedStep,
  type Replacement,
  type StepTraining,
  takeColumns,
  tell,
} from './fitted-step.ts'

/** x becomes sign(x) · ln(1 + |x|): ln(1 + x) of amounts, and the same turned round below 0. */
export type LogSettings = {
  readonly kind: 'log'
  /** All number columns when left out. */
  readonly columns?: readonly string[]
  /** Only columns whose skewness is at least this, in either direction; 0 (all) by default. */
  readonly leastSkewness?: number
}

export type LogStep = FittedStep<'log'> & {
  readonly columns: readonly {
    readonly name: string
    readonly isLogged: boolean
    /** Of the training rows, before and as it would be after. */
    readonly skewness: number
    readonly skewnessLogged: number
  }[]
}

export function fitLog({ columns: names, leastSkewness = 0 }: LogSettings, { table }: StepTraining): LogStep {
  const columns = takeColumns(table, 'number', names).map(({ name, values }) => {
    const known = knownSorted(values)
    const skewnessOf = (own: Float64Array) => (own.length === 0 ? 0 : momentsOf(own).skewness + 0)
    const skewness = skewnessOf(known)
    const isLogged = Math.abs(skewness) >= leastSkewness
    return { name, isLogged, skewness, skewnessLogged: skewnessOf(known.map(signedLog)) }
  })
  const own = columns.map((each) => each.name)
  return { kind: 'log', formatVersion: 1, columnsIn: own, columnsOut: own, columns }
}

export function applyLog({ columns }: LogStep, table: ColumnTable): Replacement {
  return new Map(
    columns.map(({ name, isLogged }) => {
      const { values } = columnOf(table, 'number', name)
      return [name, [numberColumn(name, isLogged ? values.map(signedLog) : values)]]
    }),
  )
}

export function describeLog({ columns }: LogStep): Bilingual[] {
  return columns.map(({ name, isLogged, ...learned }) => {
    const [before, after] = [learned.skewness, learned.skewnessLogged].map(formatFigure)
    return isLogged
      ? tell(name, `logarithm; skewness ${before} → ${after}`, `取对数；偏度 ${before} → ${after}`)
      : tell(name, `as it is; skewness ${before}`, `保持原样；偏度 ${before}`)
  })
}
