import type { Dataset } from '../../core/dataset.ts'
import { elementAt } from '../../math/matrix.ts'
import type { TreeNode } from './tree.ts'

/** Trees as arrays, nodes in the order in which they are met, left before right: half the time of walking objects. */
export type FlatTrees = {
  /** Where each tree begins. */
  readonly roots: Int32Array
  /** The column that a node asks about; −1 for a leaf. */
  readonly columns: Int32Array
  /** The threshold of a split, the value of a leaf. */
  readonly numbers: Float64Array
  /** The node to the right; the one to the left comes next. */
  readonly rights: Int32Array
  readonly isMissingLeft: Uint8Array
  /** By node: whether a code goes left; undefined for thresholds and leaves. */
  readonly sides: readonly (ReadonlyMap<number, boolean> | undefined)[]
}

export function flattenTrees(trees: readonly TreeNode[]): FlatTrees {
  const [columns, numbers, rights, missing, roots]: number[][] = [[], [], [], [], []]
  const sides: (ReadonlyMap<number, boolean> | undefined)[] = []
  const visit = (node: TreeNode): void => {
    const place = columns?.length ?? 0
    const isLeaf = node.kind === 'leaf'
    columns?.push(isLeaf ? -1 : node.column)
    numbers?.push(isLeaf ? node.value : node.kind === 'threshold' ? node.threshold : 0)
    rights?.push(-1)
    missing?.push(!isLeaf && node.isMissingLeft ? 1 : 0)
    sides.push(node.kind === 'categories' ? sidesOf(node) : undefined)
    if (isLeaf) return
    visit(node.left)
    if (rights) rights[place] = columns?.length ?? 0
    visit(node.right)
  }
  for (const tree of trees) {
    roots?.push(columns?.length ?? 0)
    visit(tree)
  }
  return {
    roots: Int32Array.from(roots ?? []),
    columns: Int32Array.from(columns ?? []),
    numbers: Float64Array.from(numbers ?? []),
    rights: Int32Array.from(rights ?? []),
    isMissingLeft: Uint8Array.from(missing ?? []),
    sides,
  }
}

function sidesOf({ leftCodes, rightCodes }: TreeNode & { readonly kind: 'categories' }) {
  const sides = new Map<number, boolean>()
  for (const code of rightCodes) sides.set(code, false)
  for (const code of leftCodes) sides.set(code, true)
  return sides
}

const rowsAtOnce = 512

/** Adds each tree's answer to the margin of each row; tree i adds to output i modulo the number of outputs. */
export function addFlatTrees(
  margins: Float64Array,
  flat: FlatTrees,
  { values, featureNames, rowIds }: Dataset,
): void {
  const [rowCount, width] = [rowIds.length, featureNames.length]
  const outputCount = rowCount === 0 ? 1 : margins.length / rowCount
  // Some rows at a time stay in the processor's cache while all trees are walked.
  for (let start = 0; start < rowCount; start += rowsAtOnce) {
    const end = Math.min(rowCount, start + rowsAtOnce)
    for (let tree = 0; tree < flat.roots.length; tree++) {
      const root = flat.roots[tree] ?? 0
      const offset = (tree % outputCount) * rowCount
      for (let row = start; row < end; row++)
        margins[offset + row] = elementAt(margins, offset + row) + leafValue(flat, root, values, row * width)
    }
  }
}

function leafValue(
  { columns, numbers, rights, isMissingLeft, sides }: FlatTrees,
  root: number,
  values: Float64Array,
  rowStart: number,
): number {
  let node = root
  for (;;) {
    const column = columns[node] ?? -1
    if (column < 0) return elementAt(numbers, node)
    const value = elementAt(values, rowStart + column)
    const codes = sides[node]
    let isLeft: boolean
    if (codes === undefined)
      isLeft = value <= elementAt(numbers, node) || (isMissingLeft[node] === 1 && Number.isNaN(value))
    else isLeft = codes.get(value) ?? isMissingLeft[node] === 1
    node = isLeft ? node + 1 : (rights[node] ?? 0)
  }
}
