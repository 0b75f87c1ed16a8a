import { goesLeft, type TreeNode } from './tree.ts'

/**
 * The features met on the way to a node, each with the share of paths that lead here when it is unknown (`zero`), when
 * it is known (`one`), and the weight of subsets of the path by size. One path is kept a depth, each in its own slice.
 */
type Path = {
  readonly columns: Int32Array
  readonly zeros: Float64Array
  readonly ones: Float64Array
  readonly weights: Float64Array
}

/** Adds the Shapley values of one row under one tree to `contributions`. */
export type TreeExplainer = (
  root: TreeNode,
  row: { readonly values: Float64Array; readonly start: number },
  contributions: Float64Array,
) => void

/**
 * Exact Shapley values of a tree, where an unknown feature follows both branches by their training rows
 * (Lundberg, Erion & Lee, 2018, algorithm 2).
 * @param maxDepth of any tree that will be explained
 */
export function createTreeExplainer(maxDepth: number): TreeExplainer {
  const length = ((maxDepth + 2) * (maxDepth + 3)) / 2
  const path: Path = {
    columns: new Int32Array(length),
    zeros: new Float64Array(length),
    ones: new Float64Array(length),
    weights: new Float64Array(length),
  }
  return (root, { values, start }, contributions) => {
    const visit = (node: TreeNode, parent: Step, column: number, zero: number, one: number): void => {
      const at = parent.at + parent.depth
      const step = { at, depth: parent.depth + 1 }
      copyPath(path, parent, at)
      extend(path, step, column, zero, one)
      if (node.kind === 'leaf') {
        attribute(path, step, node.value, contributions)
        return
      }
      const isLeft = goesLeft(node, values[start + node.column] ?? Number.NaN)
      const [hot, cold] = isLeft ? [node.left, node.right] : [node.right, node.left]
      const met = findColumn(path, step, node.column)
      let [metZero, metOne] = [1, 1]
      if (met !== undefined) {
        metZero = path.zeros[at + met] ?? 1
        metOne = path.ones[at + met] ?? 1
        unwind(path, step, met)
        step.depth--
      }
      visit(hot, step, node.column, (metZero * hot.cover) / node.cover, metOne)
      visit(cold, step, node.column, (metZero * cold.cover) / node.cover, 0)
    }
    visit(root, { at: 0, depth: 0 }, -1, 1, 1)
  }
}

/** The mean answer of a tree over its training rows. */
export function meanOfTree(node: TreeNode): number {
  if (node.kind === 'leaf') return node.value
  const { left, right, cover } = node
  return (left.cover * meanOfTree(left) + right.cover * meanOfTree(right)) / cover
}

/** A path of `depth` features that begins at `at`. */
type Step = { readonly at: number; depth: number }

function copyPath(path: Path, { at, depth }: Step, target: number): void {
  for (const part of [path.columns, path.zeros, path.ones, path.weights])
    part.copyWithin(target, at, at + depth)
}

/** Lengthens the path by a feature. */
function extend(
  { columns, zeros, ones, weights }: Path,
  step: Step,
  column: number,
  zero: number,
  one: number,
): void {
  const { at } = step
  const last = step.depth - 1
  columns[at + last] = column
  zeros[at + last] = zero
  ones[at + last] = one
  weights[at + last] = last === 0 ? 1 : 0
  for (let index = last - 1; index >= 0; index--) {
    const weight = weights[at + index] ?? 0
    weights[at + index + 1] = (weights[at + index + 1] ?? 0) + (one * weight * (index + 1)) / (last + 1)
    weights[at + index] = (zero * weight * (last - index)) / (last + 1)
  }
}

/** Takes a feature out of the path again, as if it had never been met. */
function unwind({ columns, zeros, ones, weights }: Path, { at, depth }: Step, met: number): void {
  const last = depth - 1
  const [zero, one] = [zeros[at + met] ?? 0, ones[at + met] ?? 0]
  let next = weights[at + last] ?? 0
  for (let index = last - 1; index >= 0; index--) {
    const weight = weights[at + index] ?? 0
    if (one === 0) weights[at + index] = (weight * (last + 1)) / (zero * (last - index))
    else {
      weights[at + index] = (next * (last + 1)) / ((index + 1) * one)
      next = weight - ((weights[at + index] ?? 0) * zero * (last - index)) / (last + 1)
    }
  }
  for (const part of [columns, zeros, ones]) part.copyWithin(at + met, at + met + 1, at + depth)
}

/** Σ of the weights of the path without a feature. */
function unwoundSum({ zeros, ones, weights }: Path, { at, depth }: Step, met: number): number {
  const last = depth - 1
  const [zero, one] = [zeros[at + met] ?? 0, ones[at + met] ?? 0]
  let [sum, next] = [0, weights[at + last] ?? 0]
  for (let index = last - 1; index >= 0; index--) {
    const weight = weights[at + index] ?? 0
    if (one === 0) sum += (weight * (last + 1)) / (zero * (last - index))
    else {
      const unwound = (next * (last + 1)) / ((index + 1) * one)
      sum += unwound
      next = weight - (unwound * zero * (last - index)) / (last + 1)
    }
  }
  return sum
}

function attribute(path: Path, step: Step, value: number, contributions: Float64Array): void {
  for (let index = 1; index < step.depth; index++) {
    const place = step.at + index
    const column = path.columns[place] ?? 0
    const share = unwoundSum(path, step, index) * ((path.ones[place] ?? 0) - (path.zeros[place] ?? 0))
    contributions[column] = (contributions[column] ?? 0) + share * value
  }
}

function findColumn({ columns }: Path, { at, depth }: Step, column: number): number | undefined {
  for (let index = 1; index < depth; index++) if (columns[at + index] === column) return index
  return undefined
}
