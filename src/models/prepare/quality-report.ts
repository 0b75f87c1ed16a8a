import { AppError } from '../../core/errors.ts'
import { elementAt } from '../../math/matrix.ts'
import type { Random } from '../../math/random.ts'
import { knownSorted } from './column-moments.ts'
import type { ColumnQuality, Finding } from './column-quality.ts'
import { type Column, type ColumnTable, selectRows, tidyTable } from './column-table.ts'
import { driftOf } from './quality/drift.ts'
import { type Knowledge, type KnownTarget, knowledgeOf } from './quality/knowledge.ts'
import { tellFinding } from './quality/words.ts'

export type QualityQuestion = {
  readonly training: ColumnTable
  /** Rows of a later time, which drift is measured on. */
  readonly later?: ColumnTable
  /** What is to be predicted of the training rows, NaN where it is not known: yes or no as 1 and 0, or an amount. */
  readonly target?: Float64Array
}

/** Plain data; `tabulateQuality` makes text of it. */
export type QualityReport = {
  readonly rowCount: number
  readonly laterRowCount?: number
  readonly target?: { readonly kind: 'yes-no' | 'amount'; readonly rowCount: number; readonly mean: number }
  readonly columns: readonly ColumnQuality[]
}

/** From here on a column is told to be mostly missing. */
const muchMissing = 0.5
/** What no honest column is expected to know by itself: the low end of its interval is beyond this. */
const leakFrom = { auc: 0.95, explained: 0.9 } as const
/** A column that knows this much, and so much more than the next one, is called out as well. */
const standsOut = { auc: { from: 0.8, margin: 0.1 }, explained: { from: 0.5, margin: 0.2 } } as const

/** With fewer persons of either answer a column may know the target by chance, and resampling cannot tell. */
const leastPersons = 10

/**
 * What is wrong, or too good, about each column: missing, constant, drifting, or by itself knowing the target too well.
 * @throws AppError 'bad_input' for a target that is not as long as the table.
 */
export function reportQuality(question: QualityQuestion, random: Random): QualityReport {
  const training = tidyTable(question.training)
  const later = question.later && tidyTable(question.later)
  const known = question.target && keepKnown(training, question.target)
  const knowledge = known?.target
    ? judgeColumns(known.table, known.target, random)
    : new Map<string, Knowledge>()
  const columns = training.columns.map((column): Counted => {
    const drift = later && driftOf(training, later, column)
    const own = knowledge.get(column.name)
    return { ...countColumn(column), ...(drift && { drift }), ...(own && { knowledge: own }) }
  })
  return {
    rowCount: training.rowIds.length,
    ...(later && { laterRowCount: later.rowIds.length }),
    ...(known?.target && { target: describeTarget(known.target) }),
    columns: columns.map((column) => ({
      ...column,
      findings: findingsOf(column, columns, known?.target !== undefined && isEnough(known.target)),
    })),
  }
}

/** What each column that varies knows of the target, by its name. */
function judgeColumns({ columns }: ColumnTable, target: KnownTarget, random: Random): Map<string, Knowledge> {
  const varying = columns.filter((column) => countDistinct(column) > 1)
  const judged = knowledgeOf(varying, target, random)
  return new Map(
    varying.flatMap(({ name }, place) => {
      const knowledge = judged[place]
      return knowledge === undefined ? [] : [[name, knowledge] as const]
    }),
  )
}

function describeTarget({ isYesNo, values }: KnownTarget): NonNullable<QualityReport['target']> {
  const sum = values.reduce((total, value) => total + value, 0)
  return { kind: isYesNo ? 'yes-no' : 'amount', rowCount: values.length, mean: sum / values.length }
}

function countColumn(
  column: Column,
): Pick<ColumnQuality, 'name' | 'kind' | 'missingShare' | 'distinctCount'> {
  const { name, kind, values } = column
  const missing =
    kind === 'number' || kind === 'moment'
      ? values.length - knownSorted(values).length
      : values.filter((value) => value === '').length
  const missingShare = values.length === 0 ? 0 : missing / values.length
  return { name, kind, missingShare, distinctCount: countDistinct(column) - (missing > 0 ? 1 : 0) }
}

/** How many different cells, a missing one among them. */
function countDistinct({ values }: Column): number {
  return new Set<number | string>(values).size
}

/** Rows whose target is known; without a target where it does not vary. */
function keepKnown(table: ColumnTable, target: Float64Array): { table: ColumnTable; target?: KnownTarget } {
  if (target.length !== table.rowIds.length)
    throw new AppError(
      'bad_input',
      { en: 'the target is not as long as the table', zh: '目标值的长度与表不符' },
      { expected: `${table.rowIds.length}`, received: `${target.length}` },
    )
  const rows = [...target.keys()].filter((row) => Number.isFinite(target[row]))
  const values = Float64Array.from(rows, (row) => elementAt(target, row))
  const known = selectRows(table, rows)
  if (values.every((value) => value === values[0])) return { table: known }
  const isYesNo = values.every((value) => value === 0 || value === 1)
  return { table: known, target: { isYesNo, values, rowIds: known.rowIds } }
}

function isEnough({ isYesNo, values, rowIds }: KnownTarget): boolean {
  const persons = (answer: number) => new Set(rowIds.filter((_, row) => values[row] === answer)).size
  if (isYesNo) return Math.min(persons(0), persons(1)) >= leastPersons
  return new Set(rowIds).size >= 2 * leastPersons
}

type Counted = Omit<ColumnQuality, 'findings'>

function findingsOf(column: Counted, all: readonly Counted[], isJudged: boolean): Finding[] {
  const { missingShare, distinctCount, drift, knowledge } = column
  const found: [Finding['kind'], number][] = []
  if (distinctCount === 0) found.push(['empty', 1])
  else {
    if (distinctCount === 1 && missingShare === 0) found.push(['constant', 0])
    if (missingShare >= muchMissing) found.push(['missing', missingShare])
  }
  if (drift !== undefined && drift.grade !== 'stable') found.push(['drift', drift.stabilityIndex])
  if (knowledge !== undefined && isJudged) {
    if (knowledge.low >= leakFrom[knowledge.measure]) found.push(['leak', knowledge.value])
    else if (isAhead(column, all)) found.push(['stands-out', knowledge.value])
  }
  return found.map(([kind, figure]) => ({ kind, figure, text: tellFinding(kind, column) }))
}

/** Whether a column knows much, and clearly more than every other that is no leak. */
function isAhead({ name, knowledge }: Counted, all: readonly Counted[]): boolean {
  if (knowledge === undefined) return false
  const { from, margin } = standsOut[knowledge.measure]
  const others = all.flatMap((each) =>
    each.name !== name && each.knowledge && each.knowledge.low < leakFrom[knowledge.measure]
      ? [each.knowledge]
      : [],
  )
  return (
    knowledge.value >= from &&
    others.length > 0 &&
    others.every((other) => knowledge.low > other.high && knowledge.value - other.value >= margin)
  )
}
