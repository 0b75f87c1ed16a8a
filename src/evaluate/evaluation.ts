import type { Bilingual } from '../core/language.ts'
import type { Confusion } from '../math/metrics/classification.ts'
import type { DecisionCosts } from '../math/metrics/decision-cost.ts'

/** A metric on the test rows; `low` and `high` bound a 95 % interval over resampled customers where there is one. */
export type MetricValue = { readonly value: number; readonly low?: number; readonly high?: number }

/** The model, another that was tried, or a trivial predictor, on the same test rows. The model comes first. */
export type ContenderFigures = {
  readonly name: Bilingual
  readonly isBaseline: boolean
  /** A model that was tuned as the chosen one was, and does not answer. */
  readonly isRival?: boolean
  readonly metrics: Readonly<Record<string, MetricValue>>
}

/** When the rows of an evaluation were computed (Unix times) and how many there were. */
export type EvaluationSplit = {
  readonly trainCutsMs: readonly number[]
  readonly validationCutMs: number
  readonly testCutMs: number
  readonly horizonDays: number
  readonly trainRowCount: number
  readonly validationRowCount: number
  readonly testRowCount: number
}

/**
 * How the rows of an evaluation were shared out where they have no horizon, such as texts: by chance, those that say the same
 * together.
 */
type RandomSplit = {
  readonly testShare: number
  readonly trainRowCount: number
  /** Rows held out of training in turn, to choose settings on. */
  readonly validationRowCount: number
  readonly testRowCount: number
}

/**
 * Whether the model beats its best baseline on the primary metric: the paired bootstrap interval of the difference lies
 * above 0 (`better`), below (`worse`) or across (`unclear`). Positive differences favour the model.
 */
export type Verdict = {
  readonly kind: 'better' | 'unclear' | 'worse'
  readonly metric: string
  readonly baseline: Bilingual
  readonly difference: MetricValue
}

/** A feature's mean share in the scores of the test rows, with its direction: the sign of its effect. */
export type Driver = { readonly feature: string; readonly share: number; readonly direction: 1 | -1 | 0 }

export type RegressionCharts = {
  readonly kind: 'regression'
  /** A sample of test customers: what was predicted and what came. */
  readonly scatter: readonly { readonly predicted: number; readonly actual: number }[]
  /** Customers in tenths by prediction, lowest first: the mean predicted and the mean that came. */
  readonly deciles: readonly { readonly predicted: number; readonly actual: number }[]
}

export type ClassificationCharts = {
  readonly kind: 'classification'
  readonly roc: readonly { readonly falsePositiveRate: number; readonly truePositiveRate: number }[]
  readonly calibration: readonly {
    readonly predicted: number
    readonly observed: number
    readonly count: number
  }[]
  /** How many times the average rate each tenth of customers buys, highest score first. */
  readonly lift: readonly number[]
  readonly precisionRecall?: readonly { readonly recall: number; readonly precision: number }[]
}

/** What acting on a score comes to at the threshold that was chosen on validation rows. */
export type Decision = {
  readonly threshold: number
  readonly costs: DecisionCosts
  readonly counts: Confusion
  /** Mean cost a row, and what it would be to act on nobody and on everybody. */
  readonly cost: MetricValue
  readonly costOfNobody: number
  readonly costOfEverybody: number
}

/**
 * The test rows of one label (a country, a device, who is new). `weaker`: the interval of the primary metric lies wholly on the
 * bad side of what it is over all rows; `too-small`: too few rows for figures.
 */
export type SliceFigures = {
  readonly column: Bilingual
  readonly label: Bilingual
  readonly rowCount: number
  readonly meanActual: number
  readonly meanPredicted: number
  readonly metrics: Readonly<Record<string, MetricValue>>
  readonly finding: 'typical' | 'weaker' | 'too-small'
}

/** A metric on the held rows by how many rows were learned from. */
export type LearningCurve = {
  readonly metric: string
  readonly points: readonly (MetricValue & { readonly rowCount: number })[]
}

/** How much worse the metric gets without what a feature tells. */
export type FeatureImportance = MetricValue & { readonly feature: string }

/** The mean prediction where a feature has a value and everything else stays as it is. */
export type DependenceCurve = {
  readonly feature: string
  readonly points: readonly { readonly value: number; readonly mean: number }[]
}

/** What a model lacked to be trained or to be told from its baseline, in numbers. */
export type DataNeeds = {
  readonly rows: { readonly have: number; readonly need: number }
  /** Of a chance: rows of the rarer answer, which say most. */
  readonly rarer?: { readonly have: number; readonly need: number }
  readonly days?: { readonly have: number; readonly need: number }
}

/** How a model did on a future it had not seen, beside its baselines: what makes a score trustworthy or not. */
export type Evaluation = {
  readonly model: string
  readonly question: Bilingual
  readonly split: EvaluationSplit | RandomSplit
  /** Mean label of the test rows: the share that acted, or the mean amount. */
  readonly meanActual: number
  readonly meanPredicted: number
  readonly contenders: readonly ContenderFigures[]
  readonly verdict: Verdict
  /** The same comparison on the other metrics of amounts, each with the baseline that is best on it. */
  readonly comparisons?: readonly Verdict[]
  readonly drivers: readonly Driver[]
  readonly decision?: Decision
  readonly slices?: readonly SliceFigures[]
  readonly learningCurve?: LearningCurve
  readonly importances?: readonly FeatureImportance[]
  readonly dependence?: readonly DependenceCurve[]
  /** How many rows it would take to tell the gain from chance; only where the verdict is unclear. */
  readonly needs?: DataNeeds
  readonly charts: RegressionCharts | ClassificationCharts
  /** What was chosen on the validation rows, e.g. the regularisation. */
  readonly settings: Readonly<Record<string, string | number>>
}

/** One that has a horizon, as every model of customers has: what the report shows. */
export type TimedEvaluation = Evaluation & { readonly split: EvaluationSplit }
