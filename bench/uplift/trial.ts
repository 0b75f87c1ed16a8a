import { AppError } from '../../src/core/errors.ts'
import type { TreatedLearningRows } from '../../src/models/uplift.ts'
import { columnOf, type Table, type TableColumn } from '../table.ts'

/** An experiment on people: what was known of them before, whether they were treated, what came of it. */
export type Trial = {
  readonly rows: TreatedLearningRows
  /** `chance` where outcomes are 0 or 1. */
  readonly task: { readonly kind: 'chance' | 'amount' }
  /** Columns left out because they can only have been known afterwards, with the sign of it. */
  readonly later: readonly { readonly name: string; readonly why: string }[]
  /** Rows of other arms, or without an outcome. */
  readonly otherRowCount: number
}

export type TrialQuestion = {
  readonly treatment: string
  readonly treated: string
  readonly control: string
  readonly outcome: string
  readonly drop: readonly string[]
}

/**
 * Rows of both arms. A column that differs between arms which chance has drawn, or that settles the outcome, was measured after the
 * treatment: it is left out and told.
 * @throws AppError 'bad_usage' for columns or arms that are not there, or an outcome that is no number.
 */
export function toTrial(table: Table, { treatment, treated, control, outcome, drop }: TrialQuestion): Trial {
  const arms = textsOf(columnOf(table, treatment))
  const outcomes = numbersOf(columnOf(table, outcome))
  const rows = Uint32Array.from(arms.keys()).filter(
    (row) => [treated, control].includes(arms[row] ?? '') && Number.isFinite(outcomes[row]),
  )
  const treatments = Float64Array.from(rows, (row) => (arms[row] === treated ? 1 : 0))
  for (const [name, isTreated] of [
    [treated, 1],
    [control, 0],
  ] as const)
    if (!treatments.includes(isTreated))
      throw new AppError('bad_usage', `no row of '${treatment}' says '${name}'`, {
        expected: [...new Set(arms)].slice(0, 20).join(', '),
      })
  const labels = Float64Array.from(rows, (row) => outcomes[row] ?? Number.NaN)
  const left = new Set([treatment, outcome, ...drop.map((name) => columnOf(table, name).name)])
  const asked = table.columns
    .filter(({ name }) => !left.has(name))
    .map((column) => ({ ...codesOf(column, rows), name: column.name }))
  const judged = asked.map((column) => ({ ...column, why: whyLater(column, labels, treatments) }))
  const columns = judged.filter(({ why }) => why === undefined)
  return {
    rows: toRows(columns, rows, labels, treatments),
    task: { kind: labels.every((label) => label === 0 || label === 1) ? 'chance' : 'amount' },
    later: judged.flatMap(({ name, why }) => (why === undefined ? [] : [{ name, why }])),
    otherRowCount: table.rowCount - rows.length,
  }
}

type Coded = { readonly name: string; readonly isText: boolean; readonly values: Float64Array }

function toRows(
  columns: readonly Coded[],
  rows: Uint32Array,
  labels: Float64Array,
  treatments: Float64Array,
): TreatedLearningRows {
  const values = new Float64Array(rows.length * columns.length)
  for (const [index, column] of columns.entries())
    for (const [place, value] of column.values.entries()) values[place * columns.length + index] = value
  return {
    dataset: { featureNames: columns.map(({ name }) => name), rowIds: Array.from(rows, String), values },
    labels,
    treatments,
    categorical: columns.filter(({ isText }) => isText).map(({ name }) => name),
  }
}

/** Numbers as they are; texts as codes in alphabetical order, NaN where a cell is empty. */
function codesOf(column: TableColumn, rows: Uint32Array): Omit<Coded, 'name'> {
  if (column.kind === 'numeric')
    return { isText: false, values: Float64Array.from(rows, (row) => column.values[row] ?? Number.NaN) }
  const known = [...new Set(column.values)].filter((text) => text !== '').sort()
  const codes = new Map(known.map((text, code) => [text, code]))
  const values = Float64Array.from(rows, (row) => codes.get(column.values[row] ?? '') ?? Number.NaN)
  return { isText: true, values }
}

function textsOf(column: TableColumn): readonly string[] {
  return column.kind === 'text' ? column.values : Array.from(column.values, String)
}

function numbersOf(column: TableColumn): Float64Array {
  if (column.kind === 'numeric') return column.values
  const said: Readonly<Record<string, number>> = { true: 1, yes: 1, y: 1, t: 1, false: 0, no: 0, n: 0, f: 0 }
  const numbers = Float64Array.from(column.values, (text) => said[text.toLowerCase()] ?? Number.NaN)
  if (numbers.some(Number.isFinite)) return numbers
  throw new AppError('bad_usage', `the outcome '${column.name}' must be a number or yes and no`)
}

/** Deviations from chance beyond which arms are not alike: about one column in two thousand by accident. */
const alikeBelow = 3.5

function whyLater(
  { isText, values }: Coded,
  labels: Float64Array,
  treatments: Float64Array,
): string | undefined {
  const counts = new Map<number, number>()
  for (const value of values) if (!Number.isNaN(value)) counts.set(value, (counts.get(value) ?? 0) + 1)
  const commonest = [...counts].sort((a, b) => b[1] - a[1])[0]?.[0]
  const groups = isText ? [...counts.keys()] : [commonest]
  for (const group of groups) {
    const z = differenceOfShares(values, treatments, (value) => value === group)
    if (Math.abs(z) > alikeBelow)
      return `the arms differ in it by ${Math.abs(z).toFixed(1)} deviations, which chance does not do`
  }
  for (const isCommonest of [true, false])
    if (settles(values, labels, (value) => (value === commonest) === isCommonest))
      return 'where it has a certain value the outcome is always the same'
  return undefined
}

/** By how many deviations the share of a group differs between the arms. */
function differenceOfShares(
  values: Float64Array,
  treatments: Float64Array,
  isIn: (value: number) => boolean,
): number {
  const [all, hits] = [
    [0, 0],
    [0, 0],
  ]
  for (const [row, value] of values.entries()) {
    const arm = treatments[row] ?? 0
    all[arm] = (all[arm] ?? 0) + 1
    if (isIn(value)) hits[arm] = (hits[arm] ?? 0) + 1
  }
  const [controls = 0, treated = 0] = all
  const [ofControls = 0, ofTreated = 0] = hits
  const share = (ofControls + ofTreated) / (controls + treated)
  const deviation = Math.sqrt(share * (1 - share) * (1 / controls + 1 / treated))
  return deviation === 0 ? 0 : (ofTreated / treated - ofControls / controls) / deviation
}

/** Whether all outcomes of a group are the same though chance would hardly have it so. */
function settles(values: Float64Array, labels: Float64Array, isIn: (value: number) => boolean): boolean {
  const rows = Uint32Array.from(values.keys()).filter((row) => isIn(values[row] ?? Number.NaN))
  const [first] = rows
  if (first === undefined || rows.length === labels.length) return false
  const outcome = labels[first]
  if (rows.some((row) => labels[row] !== outcome)) return false
  const rate = labels.reduce((count, label) => count + (label === outcome ? 1 : 0), 0) / labels.length
  return rate < 1 && rows.length * Math.log(rate) < Math.log(1e-6)
}
