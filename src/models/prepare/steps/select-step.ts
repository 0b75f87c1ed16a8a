import type { Bilingual } from '../../../core/language.ts'
import { type Column, type ColumnTable, datasetOfTable } from '../column-table.ts'
import { type SelectionMethod, selectColumns } from '../select-columns.ts'
import type { DroppedColumn } from '../selection.ts'
import {
  columnOf,
  type FittedStep,
  type Replacement,
  type StepTraining,
  takeColumns,
  tell,
} from './fitted-step.ts'

/** Number columns that are not worth their place are left out. */
export type SelectSettings = {
  readonly kind: 'select'
  /** All number columns when left out. */
  readonly columns?: readonly string[]
  readonly method: SelectionMethod
}

export type SelectStep = FittedStep<'select'> & {
  readonly by: SelectionMethod['by']
  readonly dropped: readonly DroppedColumn[]
}

export function fitSelect(
  { columns: names, method }: SelectSettings,
  { table, target, random }: StepTraining,
): SelectStep {
  const columns = takeColumns(table, 'number', names)
  const dataset = datasetOfTable({ rowIds: table.rowIds, columns })
  const { kept, dropped } = selectColumns(dataset, target, method, random)
  const columnsIn = columns.map((each) => each.name)
  return { kind: 'select', formatVersion: 1, columnsIn, columnsOut: kept, by: method.by, dropped }
}

export function applySelect({ columnsIn, columnsOut }: SelectStep, table: ColumnTable): Replacement {
  const kept = new Set(columnsOut)
  return new Map(
    columnsIn.map((name): [string, Column[]] => [
      name,
      kept.has(name) ? [columnOf(table, 'number', name)] : [],
    ]),
  )
}

export function describeSelect({ columnsOut, columnsIn, dropped }: SelectStep): Bilingual[] {
  return [
    {
      en: `${columnsOut.length} of ${columnsIn.length} columns kept`,
      zh: `${columnsIn.length} 列中保留 ${columnsOut.length} 列`,
    },
    ...dropped.map(({ name, reason }) => tell(name, `left out: ${reason.en}`, `舍去：${reason.zh}`)),
  ]
}
