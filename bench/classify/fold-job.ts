import type { Dataset } from '../../src/core/dataset.ts'
import { createRandom } from '../../src/math/random.ts'
import { pickRows } from '../../src/models/folded-rows.ts'
import { logisticLearner } from '../../src/models/logistic-learner.ts'
import { boostingMember, memberOf, type StackMember } from '../../src/models/stack-member.ts'
import { fitStack } from '../../src/models/stacking.ts'

/** The rows of a problem as workers share them. */
export type FoldProblem = {
  readonly dataset: Dataset
  readonly categorical: readonly string[]
  readonly labels: Float64Array
}

/** One outer fold of one seed: rows to learn from, rows to answer. */
export type FoldJob = { readonly seed: number; readonly train: Uint32Array; readonly test: Uint32Array }

/** Probabilities for the test rows, one list a contender. */
export type FoldAnswer = {
  readonly probabilities: Readonly<Record<ContenderName, Float64Array>>
  readonly seconds: Readonly<Record<ContenderName, number>>
  /** Of the stack's members, in their order. */
  readonly weights: readonly number[]
  /** Rounds of boosting alone. */
  readonly roundCount: number
}

export const contenderNames = ['logistic', 'boosting', 'stack'] as const
type ContenderName = (typeof contenderNames)[number]

/** Learns from the training rows alone: settings, rounds, weights and calibration come from folds inside them. */
export async function answerFold(
  { dataset, labels, categorical }: FoldProblem,
  job: FoldJob,
): Promise<FoldAnswer> {
  const train = pickRows(dataset, job.train)
  const marks = [performance.now()]
  const target = Float64Array.from(job.train, (row) => labels[row] ?? Number.NaN)
  const model = await fitStack(
    stackMembers(train, categorical),
    { kind: 'chance' },
    { dataset: train, labels: target, categorical },
    { foldCount: 5 },
    { random: createRandom(`fit ${job.seed}`), progress: () => marks.push(performance.now()) },
  )
  const test = pickRows(dataset, job.test)
  const probabilities = await model.predict(test)
  const members = await Promise.all(model.members.map((member) => member.predict(test)))
  const seconds = marks.map((mark, index) => (mark - (marks[index - 1] ?? mark)) / 1000)
  // Boosting alone is the better of two shapes by its loss on the inner folds; trying both is its cost.
  const [, shallow, deep] = model.facts
  const chosen = (deep?.heldLoss ?? 0) < (shallow?.heldLoss ?? 0) ? 2 : 1
  const { treeCount = 0 } = (model.facts[chosen]?.settings ?? {}) as { readonly treeCount?: number }
  return {
    probabilities: {
      logistic: members[0] ?? new Float64Array(),
      boosting: members[chosen] ?? new Float64Array(),
      stack: probabilities,
    },
    seconds: {
      logistic: seconds[1] ?? 0,
      boosting: (seconds[2] ?? 0) + (seconds[3] ?? 0),
      stack: (performance.now() - (marks[0] ?? 0)) / 1000,
    },
    weights: model.blend.weights,
    roundCount: treeCount,
  }
}

const bagCount = 3

/**
 * Small steps with many rows left out of each, three seeds averaged; found on inner folds (docs/adr/0014). What the rows
 * themselves can tell is chosen in each training fold.
 */
function stackMembers(train: Dataset, categorical: readonly string[]): StackMember[] {
  const step = { learningRate: 0.03, rowShare: 0.7, treeCount: 600 }
  const shallow = { ...step, maxDepth: 4, maxLeaves: 16 }
  const deep = { ...step, maxDepth: 6, maxLeaves: 20, minChildWeight: 4, columnShare: 0.8 }
  return [
    memberOf(
      logisticLearner,
      [1e-4, 1e-3, 1e-2].map((alpha) => ({ ...logisticLearner.standard, alpha })),
    ),
    boostingMember({ candidates: [shallow], bagCount }),
    boostingMember({ candidates: [deep], bagCount }),
    boostingMember({ candidates: [shallow], bagCount, categorical: codeColumns(train, categorical) }),
  ]
}

/** Whole numbers of few values may be names of something: a second model reads them without an order. */
function codeColumns({ featureNames, values }: Dataset, categorical: readonly string[]): string[] {
  return featureNames.filter((name, column) => {
    if (categorical.includes(name)) return false
    const distinct = new Set<number>()
    for (let index = column; index < values.length && distinct.size <= 32; index += featureNames.length) {
      const value = values[index] ?? Number.NaN
      if (!Number.isNaN(value)) distinct.add(value)
    }
    return distinct.size > 2 && distinct.size <= 32 && [...distinct].every(Number.isInteger)
  })
}
