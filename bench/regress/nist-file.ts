import { AppError } from '../../src/core/errors.ts'
import type { Matrix } from '../../src/math/matrix.ts'

/** A certified problem of NIST's Statistical Reference Datasets, linear regression. */
export type NistProblem = {
  /** As the file states it. */
  readonly name: string
  readonly matrix: Matrix
  readonly target: Float64Array
  /** Certified, one a column of the matrix. */
  readonly coefficients: readonly number[]
  readonly standardErrors: readonly number[]
}

type Parameter = { readonly index: number; readonly estimate: number; readonly error: number }

/**
 * Reads the model, the certified values and the data from the text of a .dat file. Parameter B0 is the intercept (a
 * model without it has none); Bk belongs to xk where there are several predictors, and to the k-th power of x where
 * there is one.
 * @throws AppError 'bad_file' when a part is not there.
 */
export function parseNistFile(text: string, where: string): NistProblem {
  const lines = text.split(/\r?\n/)
  const parameters = lines.map(parseParameter).filter((parameter) => parameter !== undefined)
  const rows = parseRows(lines)
  const predictorCount = (rows[0]?.length ?? 0) - 1
  const stated = Number(/(\d+)\s+Parameters?/.exec(text)?.[1] ?? Number.NaN)
  const observed = Number(/(\d+)\s+Observations?/.exec(text)?.[1] ?? Number.NaN)
  if (
    parameters.length !== stated ||
    rows.length !== observed ||
    predictorCount < 1 ||
    rows.some((row) => row.length !== predictorCount + 1)
  )
    throw new AppError('bad_file', 'this is no linear problem of the NIST reference data', {
      expected: `${stated} certified parameters and ${observed} rows`,
      received: `${parameters.length} parameters and ${rows.length} rows`,
      where,
    })
  const values = rows.flatMap(([, ...predictors]) => parameters.map(({ index }) => term(predictors, index)))
  return {
    name: /Dataset Name:\s*(\S+)/.exec(text)?.[1] ?? 'unnamed',
    matrix: {
      rowCount: rows.length,
      columnCount: parameters.length,
      values: Float64Array.from(values),
    },
    target: Float64Array.from(rows, ([y]) => y ?? Number.NaN),
    coefficients: parameters.map(({ estimate }) => estimate),
    standardErrors: parameters.map(({ error }) => error),
  }
}

/** A line such as `B1   1.00211681802045   0.429796848199937E-03`. */
function parseParameter(line: string): Parameter | undefined {
  const match = /^\s*B(\d+)\s+(\S+)\s+(\S+)\s*$/.exec(line)
  if (match === null) return undefined
  const [index, estimate, error] = [Number(match[1]), Number(match[2]), Number(match[3])]
  return Number.isFinite(estimate) && Number.isFinite(error) ? { index, estimate, error } : undefined
}

/** The rows after the last line that begins with `Data:`, y first. */
function parseRows(lines: readonly string[]): number[][] {
  const start = lines.findLastIndex((line) => line.startsWith('Data:')) + 1
  return lines
    .slice(start)
    .filter((line) => line.trim() !== '')
    .map((line) => line.trim().split(/\s+/).map(Number))
}

/** Powers by repeated multiplication: Math.pow may be off in the last digit. */
function term(predictors: readonly number[], index: number): number {
  if (index === 0) return 1
  if (predictors.length > 1) return predictors[index - 1] ?? Number.NaN
  const x = predictors[0] ?? Number.NaN
  let power = x
  for (let factor = 1; factor < index; factor++) power *= x
  return power
}
