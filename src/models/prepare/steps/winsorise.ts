import type { Bilingual } from '../../../core/language.ts'
import { quantileOfSorted } from '../../../math/quantile.ts'
import { knownSorted } from '../column-moments.ts'
import { type ColumnTable, numberColumn } from '../column-table.ts'
import { formatFigure } from '../figure.ts'
import {
  columnOf,
  type FittedStep,
  type Replacement,
  refuseSetting,
  type StepTraining,
  takeColumns,
  tell,
} from './fitted-step.ts'

/** Values beyond quantiles of the training rows are brought to these (Tukey's winsorising). */
export type WinsoriseSettings = {
  readonly kind: 'winsorise'
  /** All number columns when left out. */
  readonly columns?: readonly string[]
  /** .005 and .995 by default. */
  readonly quantiles?: readonly [number, number]
}

export type WinsoriseStep = FittedStep<'winsorise'> & {
  readonly quantiles: readonly [number, number]
  /** Without bounds where nothing was known in training. */
  readonly columns: readonly { readonly name: string; readonly bounds?: readonly [number, number] }[]
}

export function fitWinsorise(
  { columns: names, quantiles = [0.005, 0.995] }: WinsoriseSettings,
  { table }: StepTraining,
): WinsoriseStep {
  const [low, high] = quantiles
  if (!(low >= 0 && low < high && high <= 1))
    refuseSetting('winsorise.quantiles', '0 ≤ low < high ≤ 1', quantiles.join(', '))
  const columns = takeColumns(table, 'number', names).map(({ name, values }) => {
    const known = knownSorted(values)
    if (known.length === 0) return { name }
    return { name, bounds: [quantileOfSorted(known, low), quantileOfSorted(known, high)] as const }
  })
  const own = columns.map((each) => each.name)
  return { kind: 'winsorise', formatVersion: 1, columnsIn: own, columnsOut: own, quantiles, columns }
}

export function applyWinsorise({ columns }: WinsoriseStep, table: ColumnTable): Replacement {
  return new Map(
    columns.map(({ name, bounds }) => {
      const { values } = columnOf(table, 'number', name)
      if (bounds === undefined) return [name, [numberColumn(name, values)]]
      const [low, high] = bounds
      return [
        name,
        [
          numberColumn(
            name,
            values.map((value) => Math.min(high, Math.max(low, value))),
          ),
        ],
      ]
    }),
  )
}

export function describeWinsorise({ columns }: WinsoriseStep): Bilingual[] {
  return columns.map(({ name, bounds }) => {
    if (bounds === undefined)
      return tell(name, 'no value in training; left as it is', '训练数据中没有值；保持原样')
    const [low, high] = bounds.map(formatFigure)
    return tell(name, `kept within ${low} … ${high}`, `限制在 ${low} … ${high} 之间`)
  })
}
