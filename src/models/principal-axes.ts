import type { Dataset } from '../core/dataset.ts'
import { weightedGram } from '../math/cholesky.ts'
import { dot, elementAt } from '../math/matrix.ts'
import type { Random } from '../math/random.ts'
import { applyScaler, fitScaler } from './prepare/scaler.ts'

const powerSteps = 100

/** A row on the two main axes. */
export type Projection = { readonly row: number; readonly x: number; readonly y: number }

/**
 * A sample of rows on the two directions in which the standardised columns vary most (principal components, by power
 * iteration with deflation): a map on which near rows are alike.
 */
export function projectOnAxes(dataset: Dataset, sampleSize: number, random: Random): Projection[] {
  const scaled = applyScaler({ ...fitScaler(dataset), missing: [] }, dataset)
  const [rowCount, columnCount] = [dataset.rowIds.length, scaled.featureNames.length]
  const covariance = weightedGram({ rowCount, columnCount, values: scaled.values }).values
  const first = mainDirection(covariance, columnCount, random)
  const second = mainDirection(deflate(covariance, first), columnCount, random)
  const rows = random.shuffle(Uint32Array.from({ length: rowCount }, (_, row) => row)).subarray(0, sampleSize)
  return Array.from(rows, (row) => ({
    row,
    x: round(dot(scaled.values, row * columnCount, first.direction, 0, columnCount)),
    y: round(dot(scaled.values, row * columnCount, second.direction, 0, columnCount)),
  }))
}

type Axis = { readonly direction: Float64Array; readonly size: number }

function mainDirection(matrix: Float64Array, size: number, random: Random): Axis {
  let direction = Float64Array.from({ length: size }, () => random.normal())
  let length = 0
  for (let step = 0; step < powerSteps; step++) {
    const next = Float64Array.from({ length: size }, (_, row) => dot(matrix, row * size, direction, 0, size))
    length = Math.sqrt(dot(next, 0, next, 0, size))
    if (!(length > 0)) return { direction: new Float64Array(size), size: 0 }
    direction = next.map((value) => value / length)
  }
  return { direction, size: length }
}

function deflate(matrix: Float64Array, { direction, size }: Axis): Float64Array {
  const width = direction.length
  return matrix.map(
    (value, index) =>
      value - size * elementAt(direction, Math.floor(index / width)) * elementAt(direction, index % width),
  )
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000
}
