import { createSplitFinder } from './best-split.ts'
import type { BinnedColumns } from './binned-columns.ts'
import { fillHistogram, subtractHistogram } from './histogram.ts'
import { boundedValue, boundsBelow, unbounded } from './monotone-split.ts'
import type { LeafBounds, SplitChoice, SplitSettings } from './split-scan.ts'
import type { TreeNode } from './tree.ts'

export type TreeSettings = SplitSettings & {
  /** Splits go to the leaf of greatest gain until there are so many leaves. */
  readonly maxLeaves: number
  readonly maxDepth: number
  /** A leaf says no more than this to either side, before the learning rate. */
  readonly maxStep: number
}

/** The rows and columns that one tree may see. */
export type TreeSample = {
  /** Row indices; reordered as the tree grows. */
  readonly rows: Int32Array
  /** Rows that teach nothing but are led to their leaves too; reordered likewise. */
  readonly others: Int32Array
  readonly columns: readonly number[]
  /** First and second derivative of the loss, by row of the dataset. */
  readonly gradients: Float64Array
  readonly hessians: Float64Array
}

export type GrownTree = {
  readonly root: TreeNode
  readonly leaves: readonly LeafRows[]
  /** Gain of each split. */
  readonly gains: readonly { readonly column: number; readonly gain: number }[]
}

/** A leaf's value and its rows: `rows[start..end)` and `others[otherStart..otherEnd)` of the sample. */
type LeafRows = Range & { readonly value: number; readonly otherStart: number; readonly otherEnd: number }

type Range = { readonly start: number; readonly end: number }

/** Rows of a node, `rows[start..end)` of the sample, and what they sum to. */
type NodeSums = Range &
  LeafBounds & {
    readonly depth: number
    readonly gradient: number
    readonly hessian: number
  }

/** A node while the tree grows. */
type Draft = NodeSums & {
  /** Held only while the node may still be split. */
  readonly histogram: Float64Array | undefined
  /** The best question; undefined when none is worth it. */
  readonly choice: SplitChoice | undefined
  children: readonly [Draft, Draft] | undefined
}

/** What a grower keeps between trees. */
type Grower = {
  readonly binned: BinnedColumns
  readonly settings: TreeSettings
  readonly findSplit: ReturnType<typeof createSplitFinder>
  /** Gradients of a node's rows, one after another. */
  readonly ordered: { readonly gradients: Float64Array; readonly hessians: Float64Array }
  /** Rows on their way to the right side. */
  readonly moved: Int32Array
  /** 1 for each bin of the split at hand whose rows go left. */
  readonly isLeft: Uint8Array
  /** Histograms that no node holds. */
  readonly spare: Float64Array[]
}

/**
 * Grows trees best leaf first over binned columns; a leaf says −G / (H + λ), scaled by the learning rate
 * (Chen & Guestrin, 2016, eq. 5–7; Ke et al., 2017, for histograms and leaf-wise growth).
 */
export function createTreeGrower(binned: BinnedColumns, settings: TreeSettings) {
  const grower: Grower = {
    binned,
    settings,
    findSplit: createSplitFinder(binned, settings),
    ordered: { gradients: new Float64Array(binned.rowCount), hessians: new Float64Array(binned.rowCount) },
    moved: new Int32Array(binned.rowCount),
    isLeft: new Uint8Array(256),
    spare: [],
  }
  return (sample: TreeSample, learningRate: number): GrownTree => {
    const root = draftRoot(grower, sample)
    const leaves = [root]
    while (leaves.length < settings.maxLeaves) {
      const best = leaves.reduce((a, b) => ((b.choice?.gain ?? 0) > (a.choice?.gain ?? 0) ? b : a))
      if (best.choice === undefined) break
      best.children = splitDraft(grower, best, best.choice, sample)
      leaves.splice(leaves.indexOf(best), 1, ...best.children)
    }
    for (const leaf of leaves) giveBack(grower, leaf.histogram)
    return finish(grower, root, sample, learningRate)
  }
}

function draftRoot(grower: Grower, sample: TreeSample): Draft {
  let [gradient, hessian] = [0, 0]
  for (let index = 0; index < sample.rows.length; index++) {
    const row = sample.rows[index] ?? 0
    gradient += sample.gradients[row] ?? 0
    hessian += sample.hessians[row] ?? 0
  }
  const sums = { ...unbounded, start: 0, end: sample.rows.length, depth: 0, gradient, hessian }
  const histogram = canSplit(grower, sums) ? sumRows(grower, sample, sums) : undefined
  return draftOf(grower, sums, histogram, sample.columns)
}

/** Both children; the one of fewer rows is summed, the other is what remains of the parent. */
function splitDraft(grower: Grower, parent: Draft, choice: SplitChoice, sample: TreeSample): [Draft, Draft] {
  const middle = partition(grower, choice, sample.rows, parent)
  const [left, right] = childSums(grower, parent, choice, middle)
  const remaining = parent.histogram
  if (remaining === undefined || !(canSplit(grower, left) || canSplit(grower, right))) {
    giveBack(grower, remaining)
    return [
      draftOf(grower, left, undefined, sample.columns),
      draftOf(grower, right, undefined, sample.columns),
    ]
  }
  const isLeftSmaller = middle - parent.start < parent.end - middle
  const summed = sumRows(grower, sample, isLeftSmaller ? left : right)
  subtractHistogram(remaining, summed, grower.binned, sample.columns)
  const [ofLeft, ofRight] = isLeftSmaller ? [summed, remaining] : [remaining, summed]
  return [draftOf(grower, left, ofLeft, sample.columns), draftOf(grower, right, ofRight, sample.columns)]
}

/** What both sides of a split hold, its right one from `middle` on. */
function childSums(
  { settings }: Grower,
  parent: Draft,
  { column, leftGradient, leftHessian }: SplitChoice,
  middle: number,
): readonly [NodeSums, NodeSums] {
  const depth = parent.depth + 1
  const [gradient, hessian] = [parent.gradient - leftGradient, parent.hessian - leftHessian]
  const [ofLeft, ofRight] = boundsBelow(
    parent,
    settings.monotone?.[column] ?? 0,
    boundedValue(leftGradient, leftHessian, settings.l2, parent),
    boundedValue(gradient, hessian, settings.l2, parent),
  )
  return [
    {
      low: ofLeft.low,
      high: ofLeft.high,
      start: parent.start,
      end: middle,
      depth,
      gradient: leftGradient,
      hessian: leftHessian,
    },
    { low: ofRight.low, high: ofRight.high, start: middle, end: parent.end, depth, gradient, hessian },
  ]
}

function draftOf(
  grower: Grower,
  sums: NodeSums,
  histogram: Float64Array | undefined,
  columns: readonly number[],
): Draft {
  const choice = histogram && canSplit(grower, sums) ? grower.findSplit(histogram, sums, columns) : undefined
  if (choice === undefined) giveBack(grower, histogram)
  return { ...sums, histogram: choice && histogram, choice, children: undefined }
}

function canSplit({ settings }: Grower, { depth, hessian }: NodeSums): boolean {
  return depth < settings.maxDepth && hessian >= 2 * settings.minChildWeight
}

function giveBack({ spare }: Grower, histogram: Float64Array | undefined): void {
  if (histogram !== undefined) spare.push(histogram)
}

/** The histogram of a node from its rows. */
function sumRows(grower: Grower, sample: TreeSample, { start, end }: NodeSums): Float64Array {
  const { ordered, binned } = grower
  const histogram = grower.spare.pop() ?? new Float64Array(2 * binned.slotCount)
  const rows = sample.rows.subarray(start, end)
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index] ?? 0
    ordered.gradients[index] = sample.gradients[row] ?? 0
    ordered.hessians[index] = sample.hessians[row] ?? 0
  }
  fillHistogram(histogram, { ...ordered, rows, count: rows.length }, binned, sample.columns)
  return histogram
}

/** Lays the rows that go left before those that go right, each side in its old order; returns where the right begins. */
function partition(
  { binned, moved, isLeft }: Grower,
  choice: SplitChoice,
  rows: Int32Array,
  { start, end }: Range,
): number {
  if (start === end) return start
  const { column } = choice
  const bins = binned.bins.subarray(column * binned.rowCount, (column + 1) * binned.rowCount)
  markLeftBins(isLeft, choice, binned.columns[column]?.binCount ?? 0)
  let [left, right] = [start, 0]
  for (let index = start; index < end; index++) {
    // Both sides are written and one is kept: a branch that half of the rows take would be guessed wrong too often.
    const row = rows[index] ?? 0
    const step = isLeft[bins[row] ?? 0] ?? 0
    rows[left] = row
    moved[right] = row
    left += step
    right += 1 - step
  }
  rows.set(moved.subarray(0, right), left)
  return left
}

function markLeftBins(
  isLeft: Uint8Array,
  { leftBins, lastLeftBin, isMissingLeft }: SplitChoice,
  binCount: number,
): void {
  isLeft.fill(0)
  if (leftBins === undefined) isLeft.fill(1, 0, lastLeftBin + 1)
  else for (const bin of leftBins) isLeft[bin] = 1
  isLeft[binCount] = isMissingLeft ? 1 : 0
}

/** The drafts as a tree; rows outside the sample are led to its leaves on the way. */
function finish(grower: Grower, root: Draft, sample: TreeSample, learningRate: number): GrownTree {
  const leaves: LeafRows[] = []
  const gains: { column: number; gain: number }[] = []
  const visit = (draft: Draft, others: Range): TreeNode => {
    const { choice, children, start, end } = draft
    if (choice === undefined || children === undefined) {
      const { l2, maxStep } = grower.settings
      const step = boundedValue(draft.gradient, draft.hessian, l2, draft)
      const value = learningRate * Math.min(maxStep, Math.max(-maxStep, step))
      leaves.push({ value, start, end, otherStart: others.start, otherEnd: others.end })
      return { kind: 'leaf', value, cover: end - start }
    }
    gains.push({ column: choice.column, gain: choice.gain })
    const middle = partition(grower, choice, sample.others, others)
    return toSplit(grower.binned, choice, {
      left: visit(children[0], { start: others.start, end: middle }),
      right: visit(children[1], { start: middle, end: others.end }),
      cover: end - start,
    })
  }
  return { root: visit(root, { start: 0, end: sample.others.length }), leaves, gains }
}

type Branches = { readonly left: TreeNode; readonly right: TreeNode; readonly cover: number }

function toSplit(binned: BinnedColumns, choice: SplitChoice, branches: Branches): TreeNode {
  const { column, isMissingLeft, leftBins, lastLeftBin } = choice
  const bins = binned.columns[column]
  if (leftBins === undefined || bins?.codes === undefined) {
    // Where only missing values go right, every present value is at most the largest finite number.
    const threshold = Math.min(bins?.uppers[lastLeftBin] ?? 0, Number.MAX_VALUE)
    return { kind: 'threshold', threshold, column, isMissingLeft, ...branches }
  }
  const chosen = new Set(leftBins)
  return {
    kind: 'categories',
    leftCodes: Array.from(bins.codes.filter((_, bin) => chosen.has(bin))),
    rightCodes: Array.from(bins.codes.filter((_, bin) => !chosen.has(bin))),
    column,
    isMissingLeft,
    ...branches,
  }
}
