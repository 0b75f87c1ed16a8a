/** A regression tree: plain data that JSON keeps. */
export type TreeNode = Leaf | ThresholdSplit | CategorySplit

type Leaf = {
  readonly kind: 'leaf'
  /** What the tree adds to the margin. */
  readonly value: number
  /** Training rows that came here. */
  readonly cover: number
}

type Split = {
  readonly column: number
  readonly isMissingLeft: boolean
  readonly left: TreeNode
  readonly right: TreeNode
  readonly cover: number
}

/** Values at or below the threshold go left. */
type ThresholdSplit = Split & { readonly kind: 'threshold'; readonly threshold: number }

/** Listed codes go left; codes never seen in training go where missing values go. */
type CategorySplit = Split & {
  readonly kind: 'categories'
  readonly leftCodes: readonly number[]
  readonly rightCodes: readonly number[]
}

/** Whether a value goes left at a split. */
export function goesLeft(split: ThresholdSplit | CategorySplit, value: number): boolean {
  if (Number.isNaN(value)) return split.isMissingLeft
  if (split.kind === 'threshold') return value <= split.threshold
  if (split.leftCodes.includes(value)) return true
  return split.isMissingLeft && !split.rightCodes.includes(value)
}
