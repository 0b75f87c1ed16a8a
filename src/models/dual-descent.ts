import { pause } from '../core/pause.ts'
import { elementAt, itemAt } from '../math/matrix.ts'
import type { SparseRows } from '../text/hashed-vectors.ts'

export type DualProblem = {
  readonly rows: SparseRows
  /** 0 or 1 */
  readonly labels: ArrayLike<number>
  /** Of the squared weights, the intercept's too. */
  readonly penalty: number
}

/** Settled when no row's share moves by more in a pass; a pass more changes little that is not left to the finish anyway. */
const settled = 0.02
const passLimit = 20

/**
 * Nearly the logistic regression of sparse rows, in a few passes over them: dual coordinate descent. A row's share a of its most
 * possible weight 1/penalty solves ln(a / (1 − a)) + margin + (a − a₀)·‖x‖²/penalty = 0, and the weights are Σ ±a·x/penalty. The
 * intercept is here the weight of a column of ones.
 * Source: Yu, Huang & Lin (2011), algorithm 5, with Newton's steps on the log-odds of the share.
 * @returns [columns + 1] the weights, then the intercept
 * @throws AppError 'stopped'.
 */
export async function descendDual(problem: DualProblem, signal?: AbortSignal): Promise<Float64Array> {
  const { rowStarts, columnCount } = problem.rows
  const rowCount = rowStarts.length - 1
  const state = { point: new Float64Array(columnCount + 1), shares: new Float64Array(rowCount) }
  const stride = mixingStride(rowCount)
  for (let pass = 0; pass < passLimit; pass++) {
    await pause(signal)
    let largest = 0
    for (let visit = 0, row = pass % rowCount; visit < rowCount; visit++, row = (row + stride) % rowCount)
      largest = Math.max(largest, visitRow(problem, state, row))
    if (largest < settled) break
  }
  return state.point
}

/**
 * Every row is visited once a pass, in steps of the golden section: neighbours in a file are often alike, and rows that are alike
 * one after another settle slowly.
 */
function mixingStride(rowCount: number): number {
  let stride = Math.max(1, Math.round(0.618_034 * rowCount))
  while (greatestDivisor(stride, rowCount) > 1) stride++
  return stride
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b)
}

type DualState = { readonly point: Float64Array; readonly shares: Float64Array }

/** Gives the row the share that is best beside those of the others; returns how far it moved. */
function visitRow({ rows, labels, penalty }: DualProblem, { point, shares }: DualState, row: number): number {
  const { rowStarts, columns, values, columnCount } = rows
  const [from, to] = [rowStarts[row] ?? 0, rowStarts[row + 1] ?? 0]
  const sign = itemAt(labels, row) === 1 ? 1 : -1
  let odds = elementAt(point, columnCount)
  let square = 1
  for (let index = from; index < to; index++) {
    const value = values[index] ?? 0
    odds += value * (point[columns[index] ?? 0] ?? 0)
    square += value * value
  }
  const before = elementAt(shares, row)
  const share = bestShare(before, sign * odds, square / penalty)
  const change = (sign * (share - before)) / penalty
  shares[row] = share
  point[columnCount] = elementAt(point, columnCount) + change
  for (let index = from; index < to; index++) {
    const column = columns[index] ?? 0
    point[column] = (point[column] ?? 0) + change * (values[index] ?? 0)
  }
  return Math.abs(share - before)
}

/** The a = σ(t) where t + margin + (a − before)·curvature is 0: Newton's steps, halving where one leaves the bracket. */
function bestShare(before: number, margin: number, curvature: number): number {
  let low = -margin - curvature * (1 - before)
  let high = -margin + curvature * before
  let logit = Math.min(high, Math.max(low, -margin))
  let share = 0
  for (let round = 0; round < 50; round++) {
    share = 1 / (1 + Math.exp(-logit))
    const excess = logit + margin + (share - before) * curvature
    if (excess > 0) high = logit
    else low = logit
    const step = excess / (1 + curvature * share * (1 - share))
    if (Math.abs(step) < 1e-6) break
    const next = logit - step
    logit = next > low && next < high ? next : (low + high) / 2
  }
  return share
}
