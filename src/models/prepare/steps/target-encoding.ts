import { AppError } from '../../../core/errors.ts'
import type { Bilingual } from '../../../core/language.ts'
import { elementAt } from '../../../math/matrix.ts'
import { type Column, type ColumnTable, type LabelColumn, numberColumn } from '../column-table.ts'
import { entityFolds } from '../entity-folds.ts'
import { formatCount, formatFigure } from '../figure.ts'
import {
  checkWhole,
  columnOf,
  type Fitted,
  type FittedStep,
  type Replacement,
  refuseSetting,
  type StepTraining,
  takeColumns,
  tell,
} from './fitted-step.ts'

/**
 * A label becomes the mean target of its level, drawn towards the mean of all as if by further rows of it. Training rows
 * get what the other folds say of their level, since their own target must not be told by it; later rows what all of training says.
 * Source: Micci-Barreca (2001), "A preprocessing scheme for high-cardinality categorical attributes", with λ = n / (n + m).
 */
export type TargetSettings = {
  readonly kind: 'target'
  /** All label columns when left out. */
  readonly columns?: readonly string[]
  /** As many rows of the mean as stand beside those of a level; 20 by default. */
  readonly smoothing?: number
  /** 5 by default. */
  readonly foldCount?: number
}

type EncodedColumn = {
  readonly name: string
  /** Ascending; a missing label is the level ''. */
  readonly levels: readonly { readonly level: string; readonly count: number; readonly value: number }[]
}

export type TargetStep = FittedStep<'target'> & {
  readonly smoothing: number
  /** What a level that training did not know is taken for. */
  readonly mean: number
  readonly columns: readonly EncodedColumn[]
}

/** @throws AppError 'bad_input' where there is no target. */
export function fitTarget(
  { columns: names, smoothing = 20, foldCount = 5 }: TargetSettings,
  { table, target, random }: StepTraining,
): Fitted<TargetStep> {
  if (!(smoothing >= 0 && Number.isFinite(smoothing))) refuseSetting('target.smoothing', '≥ 0', smoothing)
  checkWhole('target.foldCount', foldCount, 2, 255)
  if (target === undefined)
    throw new AppError('bad_input', {
      en: 'target encoding needs the target of the training rows',
      zh: '目标编码需要训练行的目标值',
    })
  const taken = takeColumns(table, 'label', names)
  const all = encode(taken, target, smoothing, () => true)
  const step: TargetStep = {
    kind: 'target',
    formatVersion: 1,
    columnsIn: taken.map((column) => column.name),
    columnsOut: taken.map((column) => `${column.name}:target`),
    smoothing,
    ...all,
  }
  return { step, trained: encodeOutOfFold(step, taken, { table, target, random }, foldCount) }
}

export function applyTarget({ mean, columns }: TargetStep, table: ColumnTable): Replacement {
  return new Map(
    columns.map(({ name, levels }): [string, Column[]] => {
      const values = new Map(levels.map(({ level, value }) => [level, value]))
      const column = columnOf(table, 'label', name)
      const encoded = Float64Array.from(column.values, (level) => values.get(level) ?? mean)
      return [name, [numberColumn(`${name}:target`, encoded)]]
    }),
  )
}

export function describeTarget({ columns, mean }: TargetStep): Bilingual[] {
  return columns.map(({ name, levels }) => {
    const values = levels.map(({ value }) => value).sort((a, b) => a - b)
    const [low, high, middle] = [values[0] ?? mean, values.at(-1) ?? mean, mean].map(formatFigure)
    return tell(
      name,
      `the mean target of ${formatCount(levels.length, 'level')}, ${low} … ${high}; ${middle} for an unknown one`,
      `${levels.length} 个取值的目标均值，${low} … ${high}；未知取值为 ${middle}`,
    )
  })
}

function encodeOutOfFold(
  step: TargetStep,
  taken: readonly LabelColumn[],
  { table, target, random }: Pick<StepTraining, 'table' | 'random'> & { readonly target: Float64Array },
  foldCount: number,
): Replacement {
  const folds = entityFolds(table.rowIds, foldCount, random)
  // With one person there are no others to learn from.
  if (folds.foldCount < 2) return applyTarget(step, table)
  const outputs = taken.map(() => new Float64Array(table.rowIds.length))
  for (let fold = 0; fold < folds.foldCount; fold++) {
    const rest = encode(taken, target, step.smoothing, (row) => folds.foldOf[row] !== fold)
    const encoded = applyTarget({ ...step, ...rest }, table)
    for (const [place, output] of outputs.entries()) {
      const [column] = encoded.get(taken[place]?.name ?? '') ?? []
      for (let row = 0; row < output.length; row++)
        if (folds.foldOf[row] === fold && column?.kind === 'number')
          output[row] = elementAt(column.values, row)
    }
  }
  return new Map(
    taken.map(({ name }, place) => [
      name,
      [numberColumn(`${name}:target`, outputs[place] ?? new Float64Array())],
    ]),
  )
}

/** Levels and the mean of all, from the rows that are in and whose target is known. */
function encode(
  columns: readonly LabelColumn[],
  target: Float64Array,
  smoothing: number,
  isIn: (row: number) => boolean,
): Pick<TargetStep, 'mean' | 'columns'> {
  const rows = [...target.keys()].filter((row) => isIn(row) && Number.isFinite(target[row]))
  const total = rows.reduce((sum, row) => sum + elementAt(target, row), 0)
  const mean = rows.length === 0 ? 0 : total / rows.length + 0
  return { mean, columns: columns.map((column) => encodeColumn(column, rows)) }

  function encodeColumn({ name, values }: LabelColumn, known: readonly number[]): EncodedColumn {
    const sums = new Map<string, { count: number; sum: number }>()
    for (const row of known) {
      const own = sums.get(values[row] ?? '') ?? { count: 0, sum: 0 }
      sums.set(values[row] ?? '', { count: own.count + 1, sum: own.sum + elementAt(target, row) })
    }
    const levels = [...sums].map(([level, { count, sum }]) => ({
      level,
      count,
      value: (sum + smoothing * mean) / (count + smoothing) + 0,
    }))
    return { name, levels: levels.sort((a, b) => (a.level < b.level ? -1 : 1)) }
  }
}
