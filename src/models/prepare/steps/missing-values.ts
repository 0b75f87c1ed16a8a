import type { Bilingual } from '../../../core/language.ts'
import { knownSorted, medianOf } from '../column-moments.ts'
import { type Column, type ColumnTable, type NumberColumn, numberColumn } from '../column-table.ts'
import { formatCount, formatFigure, formatShare } from '../figure.ts'
import { type FillModel, fillValue, fitFillModel, readColumns } from './fill-model.ts'
import {
  columnOf,
  type FittedStep,
  type Replacement,
  type StepTraining,
  takeColumns,
  tell,
} from './fitted-step.ts'

/** What becomes of missing numbers. */
export type MissingSettings = {
  readonly kind: 'missing'
  /** All number columns when left out. */
  readonly columns?: readonly string[]
  /**
   * `none` leaves them (trees read them); `median` is the default; `model` tells them from the other columns of the step,
   * and by the median where these do not tell more.
   */
  readonly fill?: 'none' | 'median' | 'model'
  /** Whether a column that missed some values in training gets `name?` beside it, 1 where one is missing; true by default. */
  readonly hasFlags?: boolean
}

type FilledColumn = {
  readonly name: string
  readonly missingShare: number
  /** 0 where nothing was known. */
  readonly median: number
  readonly hasFlag: boolean
  readonly model?: FillModel
}

export type MissingStep = FittedStep<'missing'> & {
  readonly fill: 'none' | 'median' | 'model'
  readonly columns: readonly FilledColumn[]
}

export function fitMissing(
  { columns: names, fill = 'median', hasFlags = true }: MissingSettings,
  { table, random }: StepTraining,
): MissingStep {
  const taken = takeColumns(table, 'number', names)
  const columns = taken.map((column): FilledColumn => {
    const known = knownSorted(column.values)
    const missingCount = column.values.length - known.length
    const others = taken.filter((other) => other !== column)
    const model =
      fill === 'model' && missingCount > 0
        ? fitFillModel(column, others, random.fork(column.name))
        : undefined
    return {
      name: column.name,
      missingShare: missingCount / column.values.length,
      median: medianOf(known),
      hasFlag: hasFlags && missingCount > 0 && known.length > 0,
      ...(model && { model }),
    }
  })
  return {
    kind: 'missing',
    formatVersion: 1,
    columnsIn: columns.map((each) => each.name),
    columnsOut: columns.flatMap(({ name, hasFlag }) => (hasFlag ? [name, `${name}?`] : [name])),
    fill,
    columns,
  }
}

export function applyMissing(step: MissingStep, table: ColumnTable): Replacement {
  const all = step.columns.map(({ name }) => columnOf(table, 'number', name))
  return new Map(
    step.columns.map((learned, index): [string, Column[]] => {
      const column = all[index] ?? numberColumn(learned.name, new Float64Array())
      const filled = step.fill === 'none' ? column : fillColumn(learned, column, all)
      if (!learned.hasFlag) return [learned.name, [filled]]
      const flags = column.values.map((value) => (Number.isNaN(value) ? 1 : 0))
      return [learned.name, [filled, numberColumn(`${learned.name}?`, flags)]]
    }),
  )
}

function fillColumn(
  { name, median, model }: FilledColumn,
  { values }: NumberColumn,
  all: readonly NumberColumn[],
): NumberColumn {
  if (!values.some(Number.isNaN)) return numberColumn(name, values)
  const read = model && readColumns(model, all)
  return numberColumn(
    name,
    values.map((value, row) => {
      if (!Number.isNaN(value)) return value
      return model && read ? fillValue(model, read, row) : median
    }),
  )
}

export function describeMissing({ columns, fill }: MissingStep): Bilingual[] {
  return columns.map(({ name, missingShare, median, hasFlag, model }) => {
    const share = formatShare(missingShare)
    const flag = hasFlag ? { en: `; told in '${name}?'`, zh: `；由“${name}?”标出` } : { en: '', zh: '' }
    if (missingShare === 1)
      return tell(name, 'no value in training; 0 stands for one', '训练数据中没有值；以 0 代替')
    if (fill === 'none')
      return tell(name, `${share} missing, left so${flag.en}`, `缺失 ${share}，保留${flag.zh}`)
    if (model === undefined) {
      const figure = formatFigure(median)
      return tell(
        name,
        `${share} missing, the median ${figure} stands for them${flag.en}`,
        `缺失 ${share}，以中位数 ${figure} 代替${flag.zh}`,
      )
    }
    const explained = formatShare(model.explainedShare)
    return tell(
      name,
      `${share} missing, told from ${formatCount(model.terms.length, 'other column')} (R² ${explained} on held rows)${flag.en}`,
      `缺失 ${share}，由其他 ${model.terms.length} 列推断（留出行上 R² 为 ${explained}）${flag.zh}`,
    )
  })
}
