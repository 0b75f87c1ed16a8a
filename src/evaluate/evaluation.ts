import type { Bilingual } from '../core/language.ts'

/** A metric on the test rows; `low` and `high` bound a 95 % interval over resampled customers where there is one. */
export type MetricValue = { readonly value: number; readonly low?: number; readonly high?: number }

/** The model, or a trivial predictor beside it, on the same test rows. */
export type ContenderFigures = {
  readonly name: Bilingual
  readonly isBaseline: boolean
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
  readonly charts: RegressionCharts | ClassificationCharts
  /** What was chosen on the validation rows, e.g. the regularisation. */
  readonly settings: Readonly<Record<string, string | number>>
}

/** One that has a horizon, as every model of customers has: what the report shows. */
export type TimedEvaluation = Evaluation & { readonly split: EvaluationSplit }
