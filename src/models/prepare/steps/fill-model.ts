import { factorCholesky, solveCholesky, weightedGram } from '../../../math/cholesky.ts'
import { dot, elementAt, itemAt } from '../../../math/matrix.ts'
import type { Random } from '../../../math/random.ts'
import { knownSorted, medianOf, momentsOf, varies } from '../column-moments.ts'
import type { NumberColumn } from '../column-table.ts'

/** A column told from others: ridge regression on these, standardised, with what is missing there at its median. */
export type FillModel = {
  readonly terms: readonly {
    readonly name: string
    readonly median: number
    readonly mean: number
    readonly deviation: number
    readonly weight: number
  }[]
  readonly intercept: number
  /** What was known lies between these, and so does what is filled in. */
  readonly low: number
  readonly high: number
  /** R² on a fifth of the known rows, which the check was not fitted on. */
  readonly explainedShare: number
}

/** Penalty on squared weights per row, of columns of deviation 1. */
const alpha = 0.01
const leastKnownCount = 25

/** Undefined where too few rows are known, or the others tell less of held rows than the mean does. */
export function fitFillModel(
  own: NumberColumn,
  others: readonly NumberColumn[],
  random: Random,
): FillModel | undefined {
  const known = Uint32Array.from(own.values.keys()).filter((row) => !Number.isNaN(own.values[row]))
  if (known.length < leastKnownCount || others.length === 0) return undefined
  const drawn = random.shuffle(known.slice())
  const heldCount = Math.ceil(drawn.length / 5)
  const check = fitRows(own, others, drawn.subarray(heldCount))
  const explainedShare = explainedOf(check, own, others, drawn.subarray(0, heldCount))
  return explainedShare > 0 ? { ...fitRows(own, others, known), explainedShare } : undefined
}

/** The values told for rows, from the columns that the model reads, in its order. */
export function fillValue(model: FillModel, columns: readonly Float64Array[], row: number): number {
  let sum = model.intercept
  for (const [place, { median, mean, deviation, weight }] of model.terms.entries()) {
    const value = itemAt(columns[place] ?? [], row)
    sum += (weight * ((Number.isNaN(value) ? median : value) - mean)) / deviation
  }
  return Math.min(model.high, Math.max(model.low, sum)) + 0
}

type Rows = Uint32Array

function fitRows(
  own: NumberColumn,
  others: readonly NumberColumn[],
  rows: Rows,
): Omit<FillModel, 'explainedShare'> {
  const target = Float64Array.from(rows, (row) => elementAt(own.values, row))
  const { mean: intercept } = momentsOf(target)
  const columns = others.flatMap(({ name, values }) => {
    const picked = Float64Array.from(rows, (row) => elementAt(values, row))
    const median = medianOf(knownSorted(picked))
    const filled = picked.map((value) => (Number.isNaN(value) ? median : value))
    const moments = momentsOf(filled)
    return varies(moments) ? [{ name, median, ...moments, filled }] : []
  })
  const width = columns.length
  const design = new Float64Array(rows.length * width)
  for (const [column, { filled, mean, deviation }] of columns.entries())
    for (const [row, value] of filled.entries()) design[row * width + column] = (value - mean) / deviation
  const weights = solveRidge(
    design,
    target.map((value) => value - intercept),
    width,
  )
  return {
    terms: columns.map(({ name, median, mean, deviation }, column) => ({
      name,
      median: median + 0,
      mean: mean + 0,
      deviation,
      weight: elementAt(weights, column) + 0,
    })),
    intercept: intercept + 0,
    low: target.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY) + 0,
    high: target.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY) + 0,
  }
}

/** (XᵀX / n + alpha I)⁻¹ Xᵀy / n. */
function solveRidge(design: Float64Array, target: Float64Array, width: number): Float64Array {
  const rowCount = target.length
  const shares = new Float64Array(rowCount).fill(1 / rowCount)
  const gram = weightedGram({ rowCount, columnCount: width, values: design }, shares)
  for (let column = 0; column < width; column++)
    gram.values[column * width + column] = elementAt(gram.values, column * width + column) + alpha
  const byColumn = Float64Array.from(
    { length: rowCount * width },
    (_, index) => elementAt(design, (index % rowCount) * width + Math.floor(index / rowCount)) / rowCount,
  )
  const right = Float64Array.from({ length: width }, (_, column) =>
    dot(byColumn, column * rowCount, target, 0, rowCount),
  )
  return solveCholesky(factorCholesky(gram), right)
}

function explainedOf(
  model: Omit<FillModel, 'explainedShare'>,
  own: NumberColumn,
  others: readonly NumberColumn[],
  rows: Rows,
): number {
  const values = readColumns(model, others)
  let [missed, whole] = [0, 0]
  for (const row of rows) {
    const actual = elementAt(own.values, row)
    missed += (actual - fillValue({ ...model, explainedShare: 0 }, values, row)) ** 2
    whole += (actual - model.intercept) ** 2
  }
  return whole > 0 ? 1 - missed / whole : 0
}

/** The columns that a model reads, in its order. */
export function readColumns(
  { terms }: Pick<FillModel, 'terms'>,
  columns: readonly NumberColumn[],
): Float64Array[] {
  return terms.map(
    (term) => columns.find((column) => column.name === term.name)?.values ?? new Float64Array(),
  )
}
