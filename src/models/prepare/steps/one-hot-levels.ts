import type { Bilingual } from '../../../core/language.ts'
import { type Column, type ColumnTable, numberColumn } from '../column-table.ts'
import { formatCount } from '../figure.ts'
import { applyOneHot, fitOneHot, type OneHot } from '../one-hot.ts'
import {
  checkWhole,
  columnOf,
  type FittedStep,
  type Replacement,
  type StepTraining,
  takeColumns,
  tell,
} from './fitted-step.ts'

/** A label becomes a column of 0 and 1 for each common level. */
export type OneHotSettings = {
  readonly kind: 'one-hot'
  /** All label columns when left out. */
  readonly columns?: readonly string[]
  /** Levels of fewer training rows share one column; 20 by default. */
  readonly minRows?: number
  /** Only so many of the commonest levels get one of their own; 50 by default. */
  readonly maxLevels?: number
}

type HotColumn = {
  readonly name: string
  readonly encoder: OneHot
  /** How many rare levels share `name:other`; where there are any, so does what training did not know. */
  readonly rareLevelCount: number
  /** Whether labels were missing in training: then `name?` tells it. */
  readonly hasMissing: boolean
}

export type OneHotStep = FittedStep<'one-hot'> & { readonly columns: readonly HotColumn[] }

export function fitOneHotLevels(
  { columns: names, minRows = 20, maxLevels = 50 }: OneHotSettings,
  { table }: StepTraining,
): OneHotStep {
  checkWhole('one-hot.minRows', minRows, 1, 2 ** 31)
  checkWhole('one-hot.maxLevels', maxLevels, 1, 100_000)
  const columns = takeColumns(table, 'label', names).map(({ name, values }): HotColumn => {
    const known = values.filter((value) => value !== '')
    const encoder: OneHot =
      known.length === 0
        ? { formatVersion: 1, categories: [] }
        : fitOneHot(known, { minRows, maxCategories: maxLevels })
    return {
      name,
      encoder,
      rareLevelCount: new Set(known).size - encoder.categories.length,
      hasMissing: known.length < values.length,
    }
  })
  return {
    kind: 'one-hot',
    formatVersion: 1,
    columnsIn: columns.map((each) => each.name),
    columnsOut: columns.flatMap(outputNames),
    columns,
  }
}

/** A level that training did not know is with the rare ones, or in no column where there were none. */
export function applyOneHotLevels({ columns }: OneHotStep, table: ColumnTable): Replacement {
  return new Map(
    columns.map((learned): [string, Column[]] => {
      const { values } = columnOf(table, 'label', learned.name)
      const width = learned.encoder.categories.length
      const hot = applyOneHot(learned.encoder, values)
      const levels = Array.from({ length: width }, (_, level) =>
        Float64Array.from(values, (_value, row) => hot[row * width + level] ?? 0),
      )
      const known = new Set(learned.encoder.categories)
      const rest = [
        ...(learned.rareLevelCount > 0 ? [(value: string) => value !== '' && !known.has(value)] : []),
        ...(learned.hasMissing ? [(value: string) => value === ''] : []),
      ].map((isIn) => Float64Array.from(values, (value) => (isIn(value) ? 1 : 0)))
      const all = [...levels, ...rest]
      return [learned.name, outputNames(learned).map((name, place) => numberColumn(name, all[place] ?? hot))]
    }),
  )
}

export function describeOneHotLevels({ columns }: OneHotStep): Bilingual[] {
  return columns.map(({ name, encoder, rareLevelCount }) => {
    const count = encoder.categories.length
    if (rareLevelCount === 0)
      return tell(name, `${formatCount(count, 'level')}, a column each`, `${count} 个取值，各成一列`)
    return tell(
      name,
      `${formatCount(count, 'common level')}, a column each; ${rareLevelCount} rare share '${name}:other'`,
      `${count} 个常见取值，各成一列；${rareLevelCount} 个罕见取值合并为“${name}:other”`,
    )
  })
}

function outputNames({ name, encoder, rareLevelCount, hasMissing }: HotColumn): string[] {
  return [
    ...encoder.categories.map((level) => `${name}=${level}`),
    ...(rareLevelCount > 0 ? [`${name}:other`] : []),
    ...(hasMissing ? [`${name}?`] : []),
  ]
}
