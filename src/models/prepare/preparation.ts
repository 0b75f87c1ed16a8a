import { AppError } from '../../core/errors.ts'
import type { Bilingual } from '../../core/language.ts'
import type { Random } from '../../math/random.ts'
import { createTokeniser, type Tokeniser } from '../../text/tokenise.ts'
import { type Column, type ColumnKind, type ColumnTable, tidyTable } from './column-table.ts'
import {
  applyStep,
  describeStep,
  fitStep,
  type PreparationStep,
  type StepSettings,
  stepNames,
} from './preparation-step.ts'
import type { Replacement } from './steps/fitted-step.ts'

type ColumnName = { readonly name: string; readonly kind: ColumnKind }

/** Steps that were fitted one after the other; plain data that JSON keeps. */
export type Preparation = {
  readonly kind: 'preparation'
  readonly formatVersion: 1
  /** The columns that a table must have to be prepared. */
  readonly columnsIn: readonly ColumnName[]
  readonly columnsOut: readonly ColumnName[]
  readonly steps: readonly PreparationStep[]
}

export type PreparationTraining = {
  /** Training rows alone: nothing of any other row is learned. */
  readonly table: ColumnTable
  /** What is to be predicted, one number a row; for target encoding and the choice of columns. */
  readonly target?: Float64Array
}

export type FittedPreparation = {
  readonly preparation: Preparation
  /** The training rows as a model is to learn from them: target encodings are those of other folds. */
  readonly table: ColumnTable
}

/** A step in words: what it is, and what it learned of each column. */
export type StepDescription = {
  readonly kind: PreparationStep['kind']
  readonly name: Bilingual
  readonly lines: readonly Bilingual[]
}

/**
 * Fits steps in their order, each on what the steps before made of the training rows.
 * @throws AppError 'too_little_data' without rows, 'bad_input' for settings or columns that do not fit.
 */
export function fitPreparation(
  settings: readonly StepSettings[],
  { table, target }: PreparationTraining,
  random: Random,
  tokenise: Tokeniser = createTokeniser(),
): FittedPreparation {
  if (table.rowIds.length === 0)
    throw new AppError('too_little_data', { en: 'there are no rows to learn from', zh: '没有可供学习的行' })
  checkTarget(table, target)
  const steps: PreparationStep[] = []
  let current = tidyTable(table)
  for (const [place, each] of settings.entries()) {
    const training = { table: current, target, random: random.fork(`step ${place}`), tokenise }
    const { step, trained } = fitStep(each, training)
    current = replaceColumns(current, trained ?? applyStep(step, current, tokenise))
    steps.push(step)
  }
  return {
    preparation: {
      kind: 'preparation',
      formatVersion: 1,
      columnsIn: table.columns.map(nameOf),
      columnsOut: current.columns.map(nameOf),
      steps,
    },
    table: current,
  }
}

/**
 * Prepares rows, each by itself: what other rows hold changes nothing. Columns beside those of the fit are left out.
 * @throws AppError 'bad_input' naming a column of the fit that is not there.
 */
export function applyPreparation(
  preparation: Preparation,
  table: ColumnTable,
  tokenise: Tokeniser = createTokeniser(),
): ColumnTable {
  const start = tidyTable({ ...table, columns: pickColumns(preparation.columnsIn, table.columns) })
  return preparation.steps.reduce(
    (current, step) => replaceColumns(current, applyStep(step, current, tokenise)),
    start,
  )
}

/** Every step in words, in both languages. */
export function describePreparation({ steps }: Preparation): StepDescription[] {
  return steps.map((step) => ({ kind: step.kind, name: stepNames[step.kind], lines: describeStep(step) }))
}

/**
 * A preparation that was saved as JSON.
 * @throws AppError 'bad_input' for what is none, or one of a version or with a step that this version does not know.
 */
export function parsePreparation(value: unknown): Preparation {
  const saved = value as Partial<Preparation> | null | undefined
  const problem = findProblem(saved)
  if (problem === undefined) return saved as Preparation
  throw new AppError(
    'bad_input',
    { en: 'this is no preparation that can be read', zh: '无法读取为预处理' },
    {
      ...problem,
      wayOut: { en: 'Fit it again with this version.', zh: '请用当前版本重新拟合。' },
    },
  )
}

type Problem = { readonly where: string; readonly expected: string; readonly received: string }

function findProblem(saved: Partial<Preparation> | null | undefined): Problem | undefined {
  const found = (where: string, expected: string, received: unknown): Problem => ({
    where,
    expected,
    received: String(received),
  })
  if (saved?.kind !== 'preparation') return found('kind', 'preparation', saved?.kind)
  if (saved.formatVersion !== 1) return found('formatVersion', '1', saved.formatVersion)
  for (const where of ['columnsIn', 'columnsOut', 'steps'] as const)
    if (!Array.isArray(saved[where])) return found(where, 'a list', typeof saved[where])
  for (const [place, step] of (saved.steps ?? []).entries()) {
    const problem = findStepProblem(step)
    if (problem !== undefined) return { ...problem, where: `steps[${place}].${problem.where}` }
  }
  return undefined
}

function findStepProblem(step: unknown): Problem | undefined {
  const saved: Readonly<Record<string, unknown>> =
    typeof step === 'object' && step !== null ? { ...step } : {}
  const kinds = Object.keys(stepNames)
  if (!kinds.includes(String(saved.kind)))
    return { where: 'kind', expected: kinds.join(', '), received: String(saved.kind) }
  if (saved.formatVersion !== 1)
    return { where: 'formatVersion', expected: '1', received: String(saved.formatVersion) }
  const lists = ['columnsIn', 'columnsOut', saved.kind === 'select' ? 'dropped' : 'columns']
  const absent = lists.find((where) => !Array.isArray(saved[where]))
  return absent === undefined
    ? undefined
    : { where: absent, expected: 'a list', received: typeof saved[absent] }
}

function nameOf({ name, kind }: Column): ColumnName {
  return { name, kind }
}

/** The columns of the fit, in its order. */
function pickColumns(wanted: readonly ColumnName[], columns: readonly Column[]): Column[] {
  return wanted.map(({ name, kind }) => {
    const column = columns.find((each) => each.name === name)
    if (column?.kind === kind) return column
    throw new AppError(
      'bad_input',
      column === undefined
        ? { en: `the table lacks column '${name}'`, zh: `表中缺少列“${name}”` }
        : { en: `column '${name}' is of another kind than in training`, zh: `列“${name}”与训练时类型不同` },
      { where: name, expected: kind, received: column?.kind ?? columns.map((each) => each.name).join(', ') },
    )
  })
}

/** Columns that were taken make room for those that stand in their place. */
function replaceColumns({ rowIds, columns }: ColumnTable, replacement: Replacement): ColumnTable {
  const replaced = columns.flatMap((column) => replacement.get(column.name) ?? [column])
  const seen = new Set<string>()
  const twice = replaced.find(({ name }) => seen.size === seen.add(name).size)?.name
  if (twice === undefined) return { rowIds, columns: replaced }
  throw new AppError(
    'bad_input',
    { en: `a step makes a second column '${twice}'`, zh: `某个步骤生成了同名列“${twice}”` },
    {
      where: twice,
      wayOut: {
        en: 'Rename the column that came with the table.',
        zh: '请为表中原有的同名列改名。',
      },
    },
  )
}

function checkTarget({ rowIds }: ColumnTable, target: Float64Array | undefined): void {
  if (target === undefined || target.length === rowIds.length) return
  throw new AppError(
    'bad_input',
    { en: 'the target is not as long as the table', zh: '目标值的长度与表不符' },
    { expected: `${rowIds.length}`, received: `${target.length}` },
  )
}
