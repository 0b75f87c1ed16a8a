import type { Bilingual } from '../../../core/language.ts'
import { minimiseScalar } from '../../../math/minimise-scalar.ts'
import { knownSorted, type Moments, momentsOf, signedLog, varies } from '../column-moments.ts'
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

/**
 * Each column is bent towards a normal distribution by the power that makes it likeliest.
 * Source: Yeo & Johnson (2000), "A new family of power transformations to improve normality or symmetry", eq. 2.1 and 3.1.
 */
export type PowerSettings = {
  readonly kind: 'power'
  /** All number columns when left out. */
  readonly columns?: readonly string[]
}

export type PowerStep = FittedStep<'power'> & {
  /** Lambda 1 changes nothing, 0 is ln(1 + x) above 0; 1 where a column does not vary. */
  readonly columns: readonly { readonly name: string; readonly lambda: number }[]
}

/** Powers are sought within this distance of 0: beyond it they tell rows apart no better. */
const mostLambda = 8

export function fitPower({ columns: names }: PowerSettings, { table }: StepTraining): PowerStep {
  const columns = takeColumns(table, 'number', names).map(({ name, values }) => ({
    name,
    lambda: fitLambda(values),
  }))
  const own = columns.map((each) => each.name)
  return { kind: 'power', formatVersion: 1, columnsIn: own, columnsOut: own, columns }
}

export function applyPower({ columns }: PowerStep, table: ColumnTable): Replacement {
  return new Map(
    columns.map(({ name, lambda }) => {
      const { values } = columnOf(table, 'number', name)
      return [
        name,
        [
          numberColumn(
            name,
            values.map((value) => bend(value, lambda)),
          ),
        ],
      ]
    }),
  )
}

export function describePower({ columns }: PowerStep): Bilingual[] {
  return columns.map(({ name, lambda }) => {
    const figure = formatFigure(lambda)
    return lambda === 1
      ? tell(name, 'as it is', '保持原样')
      : tell(name, `Yeo–Johnson power ${figure}`, `Yeo–Johnson 幂 ${figure}`)
  })
}

/** ((1 + x)^λ − 1) / λ from 0 on, and the same turned round with 2 − λ below 0. */
function bend(value: number, lambda: number): number {
  return value >= 0 ? bendAmount(value, lambda) : -bendAmount(-value, 2 - lambda)
}

function bendAmount(amount: number, power: number): number {
  const log = Math.log1p(amount)
  return Math.abs(power) < 1e-12 ? log : Math.expm1(power * log) / power
}

/** The lambda of greatest likelihood, of values that are known. */
function fitLambda(values: Float64Array): number {
  const known = knownSorted(values)
  if (known.length < 2 || !varies(momentsOf(known))) return 1
  const jacobian = known.reduce((sum, value) => sum + signedLog(value), 0)
  const loss = (lambda: number) =>
    known.length * Math.log(bentMoments(known, lambda).deviation) - (lambda - 1) * jacobian
  return minimiseScalar(loss, outermost(known, -1), outermost(known, 1)).point
}

function bentMoments(known: Float64Array, lambda: number): Moments {
  return momentsOf(known.map((value) => bend(value, lambda)))
}

/** The lambda furthest from 1, in half steps, at which the bent values keep their differences and none overflows. */
function outermost(known: Float64Array, direction: -1 | 1): number {
  let lambda = 1
  while (Math.abs(lambda) < mostLambda) {
    const { mean, deviation } = bentMoments(known, lambda + direction / 2)
    if (!(Number.isFinite(deviation) && deviation > 1e-8 * Math.abs(mean))) break
    lambda += direction / 2
  }
  return lambda
}
