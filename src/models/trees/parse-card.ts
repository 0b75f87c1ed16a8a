import { AppError } from '../../core/errors.ts'
import type { BoostingObjective } from './loss.ts'
import type { TreeNode } from './tree.ts'

/** What a saved boosting keeps beside the names of its features. */
export type BoostingCard = {
  readonly objective: BoostingObjective
  readonly baseMargins: readonly number[]
  readonly trees: readonly TreeNode[]
  readonly importances: readonly number[]
}

const objectives: readonly BoostingObjective[] = [
  'logistic',
  'squared_error',
  'poisson',
  'gamma',
  'tweedie',
  'softmax',
  'ranking',
]

/** @throws AppError 'bad_config' naming the part that is damaged. */
export function parseBoostingCard(card: object, columnCount: number): BoostingCard {
  const { objective, baseMargins, trees, importances }: Partial<Record<keyof BoostingCard, unknown>> = card
  const known = objectives.find((each) => each === objective)
  if (known === undefined) throw damaged('objective')
  if (!isNumbers(baseMargins) || baseMargins.length === 0) throw damaged('baseMargins')
  if (!isNumbers(importances) || importances.length !== columnCount) throw damaged('importances')
  if (!Array.isArray(trees)) throw damaged('trees')
  return {
    objective: known,
    baseMargins,
    importances,
    trees: trees.map((tree, index) => parseNode(tree, columnCount, `trees[${index}]`)),
  }
}

function parseNode(node: unknown, columnCount: number, where: string): TreeNode {
  const { kind, value, cover, column, isMissingLeft, left, right, ...question } = fieldsOf(node)
  if (!isNumber(cover)) throw damaged(`${where}.cover`)
  if (kind === 'leaf') {
    if (!isNumber(value)) throw damaged(`${where}.value`)
    return { kind, value, cover }
  }
  if (!isNumber(column) || !Number.isInteger(column) || column < 0 || column >= columnCount)
    throw damaged(`${where}.column`)
  if (typeof isMissingLeft !== 'boolean') throw damaged(`${where}.isMissingLeft`)
  const split = {
    column,
    isMissingLeft,
    cover,
    left: parseNode(left, columnCount, `${where}.left`),
    right: parseNode(right, columnCount, `${where}.right`),
  }
  const { threshold, leftCodes, rightCodes } = question
  if (kind === 'threshold' && isNumber(threshold)) return { kind, threshold, ...split }
  if (kind === 'categories' && isNumbers(leftCodes) && isNumbers(rightCodes))
    return { kind, leftCodes, rightCodes, ...split }
  throw damaged(`${where}.kind`)
}

function fieldsOf(node: unknown): Readonly<Record<string, unknown>> {
  return typeof node === 'object' && node !== null ? { ...node } : {}
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every(isNumber)
}

function damaged(where: string): AppError {
  return new AppError(
    'bad_config',
    { en: 'the saved boosted trees are damaged', zh: '已保存的提升树模型已损坏' },
    { where, wayOut: { en: 'Train the model again.', zh: '请重新训练该模型。' } },
  )
}
