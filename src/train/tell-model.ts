import type { DependenceCurve, FeatureImportance, LearningCurve } from '../evaluate/evaluation.ts'
import type { Metric } from '../evaluate/judge.ts'
import { learningCurve } from '../evaluate/learning-curve.ts'
import type { Random } from '../math/random.ts'
import { pickLearningRows } from '../models/hold-out.ts'
import type { FittedModel, Learner, LearningRows, Task } from '../models/learner.ts'
import { traceDependence } from '../models/partial-dependence.ts'
import { measureImportance } from '../models/permutation-importance.ts'
import type { ChosenAnswer } from './choose-answer.ts'
import type { Effort } from './contenders.ts'

export type TellOptions = {
  readonly task: Task
  readonly effort: Effort
  readonly metric: Metric
  /** The features that count most, first. */
  readonly features: readonly string[]
  readonly random: Random
  readonly signal: AbortSignal | undefined
}

export type Told = {
  readonly learningCurve: LearningCurve
  readonly importances: readonly FeatureImportance[]
  readonly dependence: readonly DependenceCurve[]
}

/** How much is looked at: a quick look is bounded whatever the number of customers. */
const looks = {
  quick: { rows: 1_000, features: 12, repeats: 2, curves: 3, points: 10, shares: [0.1, 0.3, 1] },
  thorough: {
    ...{ rows: 5_000, features: 40, repeats: 5, curves: 6, points: 20 },
    shares: [0.05, 0.1, 0.2, 0.4, 0.7, 1],
  },
} as const

/**
 * What there is to know of a model beside its metrics, on rows that it did not learn from: whether more customers would help, which
 * features it cannot do without, and how its answers change with them.
 */
export async function tellModel(
  answer: ChosenAnswer,
  judged: FittedModel,
  { known, test }: { readonly known: LearningRows; readonly test: LearningRows },
  { task, effort, metric, features, random, signal }: TellOptions,
): Promise<Told> {
  const look = looks[effort]
  // What was done in which order counts as one in reasons, and is no column.
  const columns = features.filter((feature) => judged.featureNames.includes(feature))
  const curve = await learningCurve(
    learnerOf(answer),
    task,
    { rest: known, held: test },
    { settings: {}, metric, shares: look.shares, random: random.fork('curve'), signal },
  )
  const drawn = random.fork('rows').shuffle(Uint32Array.from(test.dataset.rowIds.keys()))
  const sample = pickLearningRows(test, drawn.subarray(0, look.rows).sort())
  const importances = await measureImportance(
    judged,
    sample,
    { task, features: columns.slice(0, look.features), repeats: look.repeats, resamples: 200 },
    { random: random.fork('importance'), signal },
  )
  const dependence: DependenceCurve[] = []
  for (const feature of columns.slice(0, look.curves)) {
    const { points } = await traceDependence(
      judged,
      sample.dataset,
      { task, feature, pointCount: look.points, curveCount: 0 },
      { random: random.fork(feature), signal },
    )
    dependence.push({ feature, points })
  }
  return {
    learningCurve: curve,
    importances: importances.map(({ feature, importance }) => ({ feature, ...importance })),
    dependence,
  }
}

/** What was chosen, as one learner without settings. */
function learnerOf(answer: ChosenAnswer): Pick<Learner<object>, 'fit'> {
  return { fit: (_, rows, __, control) => answer.fit(rows, control) }
}
