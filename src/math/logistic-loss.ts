import { createKernelSpace, createKernels, type KernelSpace, type Kernels } from './kernels.ts'
import { elementAt, itemAt, type Matrix } from './matrix.ts'
import type { SharedMemory } from './web-assembly.ts'

export type LogisticRows = {
  readonly rows: Matrix
  /** Of the rows, those that are looked at; all where left out. */
  readonly columns?: readonly number[]
  /** Whether a column of ones follows the others. */
  readonly hasIntercept?: boolean
  /** 0 or 1, or a share between. */
  readonly labels: ArrayLike<number>
  /** How much each row counts; 1 where left out. */
  readonly weights?: ArrayLike<number> | undefined
}

/** The log-loss of a linear score in float64, with its rows where kernels reach them. */
export type LogisticLoss = {
  /** Σ weight · log-loss at the point; writes its gradient. NaN where a row or the point is not finite. */
  at(point: Float64Array, gradient: Float64Array): number
  /** Σ weight · p (1 − p) · row rowᵀ at the point, [columns × columns] with that of ones. */
  curvatureAt(point: Float64Array): Matrix
}

/**
 * Copies the rows once; each call then is one pass over them, four at a time: product, loss and gradient while they lie in the
 * nearest cache.
 * @param over the kernels over a memory: those compiled, where left out
 */
export function createLogisticLoss(
  problem: LogisticRows,
  over: (memory: SharedMemory) => Kernels = createKernels,
): LogisticLoss {
  const layout = layOut(problem)
  const kernels = over(layout.space.memory)
  return {
    at(point, gradient) {
      passOver(layout, kernels, point)
      for (let column = 0; column < gradient.length; column++)
        gradient[column] = elementAt(layout.sums, column)
      return elementAt(layout.sums, layout.stride)
    },
    curvatureAt(point) {
      layout.fields[4] = layout.curvature.byteOffset
      passOver(layout, kernels, point)
      layout.fields[4] = 0
      return gramOf(layout, kernels)
    },
  }
}

type Floats = Float64Array<SharedArrayBuffer>

type Layout = {
  readonly space: KernelSpace
  readonly columnCount: number
  /** The columns, filled up to an even number, and the rows, to a multiple of four. */
  readonly stride: number
  readonly length: number
  readonly rows: Floats
  readonly point: Floats
  readonly curvature: Floats
  /** [stride] the gradient, then the loss. */
  readonly sums: Floats
  /** [stride × stride]. */
  readonly gram: Floats
  /** The fields of `LogisticRows` in assembly/logistic.ts. */
  readonly fields: Uint32Array<SharedArrayBuffer>
}

function layOut({ rows: matrix, columns, hasIntercept = false, labels, weights }: LogisticRows): Layout {
  const { rowCount } = matrix
  const chosen = Uint32Array.from(
    columns ?? Array.from({ length: matrix.columnCount }, (_, column) => column),
  )
  const columnCount = chosen.length + (hasIntercept ? 1 : 0)
  const space = createKernelSpace()
  const stride = columnCount + (columnCount % 2)
  const length = 4 * Math.ceil(rowCount / 4)
  const rows = space.float64(length * stride)
  copyColumns(matrix, chosen, rows, stride)
  if (hasIntercept)
    for (let place = chosen.length; place < rowCount * stride; place += stride) rows[place] = 1
  const labelled = space.float64(length)
  labelled.set(labels)
  const weighted = space.float64(length)
  for (let row = 0; row < rowCount; row++) weighted[row] = weights ? itemAt(weights, row) : 1
  const point = space.float64(stride)
  const [curvature, sums] = [space.float64(length), space.float64(stride + 5)]
  const gram = space.float64(stride * stride)
  const fields = space.uint32(6)
  fields.set([rows, labelled, weighted, point].map(({ byteOffset }) => byteOffset))
  fields[5] = stride
  return { space, columnCount, stride, length, rows, point, curvature, sums, gram, fields }
}

function copyColumns(
  { rowCount, columnCount, values }: Matrix,
  chosen: Uint32Array,
  rows: Floats,
  stride: number,
): void {
  for (let row = 0; row < rowCount; row++)
    for (let place = 0; place < chosen.length; place++)
      rows[row * stride + place] = elementAt(values, row * columnCount + wordAt(chosen, place))
}

function wordAt(words: Uint32Array, index: number): number {
  return words[index] ?? 0
}

function passOver({ length, point, sums, fields }: Layout, kernels: Kernels, at: Float64Array): void {
  point.set(at)
  kernels.addLogistic(fields.byteOffset, 0, length, sums.byteOffset)
}

function gramOf({ rows, curvature, gram, length, stride, columnCount }: Layout, kernels: Kernels): Matrix {
  gram.fill(0)
  kernels.addGram64(rows.byteOffset, curvature.byteOffset, 0, length, stride, gram.byteOffset)
  const values = new Float64Array(columnCount * columnCount)
  for (let i = 0; i < columnCount; i++)
    for (let j = 0; j <= i; j++) {
      const value = elementAt(gram, i * stride + j)
      values[i * columnCount + j] = value
      values[j * columnCount + i] = value
    }
  return { rowCount: columnCount, columnCount, values }
}
