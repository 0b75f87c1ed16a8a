import { AppError } from '../../../core/errors.ts'
import type { Bilingual } from '../../../core/language.ts'
import type { Random } from '../../../math/random.ts'
import type { Tokeniser } from '../../../text/tokenise.ts'
import type { Column, ColumnKind, ColumnOf, ColumnTable } from '../column-table.ts'

/** What every fitted step says of itself; the rest is what it learned. Plain data: JSON keeps all of it. */
export type FittedStep<Kind extends string> = {
  readonly kind: Kind
  readonly formatVersion: 1
  /** The columns that it takes away. */
  readonly columnsIn: readonly string[]
  /** The columns that stand in their place. */
  readonly columnsOut: readonly string[]
}

/** What a step learns from: training rows alone. */
export type StepTraining = {
  readonly table: ColumnTable
  /** One number a row, NaN where it is not known; undefined where nothing is to be predicted. */
  readonly target: Float64Array | undefined
  readonly random: Random
  readonly tokenise: Tokeniser
}

/** For each column that a step takes, those that stand in its place. */
export type Replacement = ReadonlyMap<string, readonly Column[]>

/** A step and, where training rows must not be read as later ones are, what they become. */
export type Fitted<Step> = { readonly step: Step; readonly trained?: Replacement }

/**
 * The columns of a kind that a step is to take: those named, or all.
 * @throws AppError 'bad_input' for a name that is not there, is twice there or is of another kind.
 */
export function takeColumns<Kind extends ColumnKind>(
  { columns }: ColumnTable,
  kind: Kind,
  names?: readonly string[],
): ColumnOf<Kind>[] {
  const ofKind = columns.filter((column): column is ColumnOf<Kind> => column.kind === kind)
  if (names === undefined) return ofKind
  if (new Set(names).size < names.length)
    throw new AppError(
      'bad_input',
      { en: 'a step names a column twice', zh: '某个步骤重复列出了同一列' },
      { received: names.join(', ') },
    )
  return names.map((name) => {
    const column = ofKind.find((each) => each.name === name)
    if (column !== undefined) return column
    const other = columns.find((each) => each.name === name)
    throw new AppError(
      'bad_input',
      other === undefined
        ? { en: `there is no column '${name}'`, zh: `没有列“${name}”` }
        : { en: `column '${name}' is of another kind`, zh: `列“${name}”类型不符` },
      {
        expected: other === undefined ? columns.map((each) => each.name).join(', ') : kind,
        received: other?.kind ?? name,
      },
    )
  })
}

/** The column of a name and kind, in a table that was checked to have it. */
export function columnOf<Kind extends ColumnKind>(
  { columns }: ColumnTable,
  kind: Kind,
  name: string,
): ColumnOf<Kind> {
  const found = columns.find(
    (column): column is ColumnOf<Kind> => column.kind === kind && column.name === name,
  )
  if (found === undefined) throw new Error(`a checked table has no ${kind} column '${name}'`)
  return found
}

/** @throws AppError 'bad_input' telling the setting of a step that does not fit. */
export function refuseSetting(where: string, expected: string, received: unknown): never {
  throw new AppError(
    'bad_input',
    { en: 'a setting of a preparation step does not fit', zh: '预处理步骤的设置不符合要求' },
    { where, expected, received: String(received) },
  )
}

/** @throws AppError 'bad_input' unless the setting is a whole number within the bounds. */
export function checkWhole(where: string, value: number, low: number, high: number): void {
  if (!(Number.isInteger(value) && value >= low && value <= high))
    refuseSetting(where, `a whole number in ${low}..${high}`, value)
}

/** A name in the quotation marks of each language, followed by words. */
export function tell(name: string, en: string, zh: string): Bilingual {
  return { en: `'${name}': ${en}`, zh: `“${name}”：${zh}` }
}
