import type { Dataset } from '../core/dataset.ts'
import type { Random } from '../math/random.ts'
import type { EventSequences } from './event-sequences.ts'
import type { Contribution } from './linear-reasons.ts'

/** Rows as models read them: columns, and what each person did in its order where a model of sequences is to read them. */
export type ModelRows = Dataset & { readonly events?: EventSequences }

/** What is learned from: rows, what came of each, and how much each counts. */
export type LearningRows = {
  readonly dataset: ModelRows
  /** One number a row: an amount, a count, 0 or 1, or the index of a class, as the task has it. */
  readonly labels: ArrayLike<number>
  /** Features whose values are codes of categories without an order. */
  readonly categorical?: readonly string[]
  /** 1 for every row where undefined. */
  readonly weights?: ArrayLike<number>
  /** For an `order` task the query of each row, rows of one query next to each other. */
  readonly queries?: readonly string[]
}

/**
 * What is asked of a row. `amount`: any number. `count`: how many, never below 0; the answer is the mean. `chance`: a
 * probability of 1 against 0. `class`: a probability of each of `classCount`. `order`: a number by which rows of one query
 * are put in order.
 */
export type Task =
  | { readonly kind: 'amount' }
  | { readonly kind: 'count' }
  | { readonly kind: 'chance' }
  | { readonly kind: 'class'; readonly classCount: number }
  | { readonly kind: 'order' }

/** Told of a fit under way; `loss` where there is one to tell. */
type FitProgress = (step: { readonly done: number; readonly total: number; readonly loss?: number }) => void

export type FitControl = {
  readonly random: Random
  readonly signal?: AbortSignal | undefined
  readonly progress?: FitProgress
  /** Rows that tell when to stop; never learned from. Where undefined a learner that needs some holds out its own. */
  readonly validation?: LearningRows
}

/** A fitted model as files: a card that JSON keeps, and parts that are bytes (an ONNX graph). */
export type SavedModel = {
  readonly kind: string
  readonly formatVersion: number
  /** The columns that a dataset must have, in their order. */
  readonly featureNames: readonly string[]
  readonly card: object
  readonly parts: Readonly<Record<string, Uint8Array>>
}

/** What was learned, ready to answer. Every method throws AppError 'bad_input' when the features are not the model's. */
export type FittedModel = AsyncDisposable & {
  readonly kind: string
  readonly featureNames: readonly string[]
  /** One number a row; of a `class` task [rows × classes], row-major. Never NaN. */
  predict(dataset: ModelRows): Promise<Float64Array>
  /**
   * Each feature's part in a row's score, largest first, parts of 0 left out: with `base` they sum to the score, which is the
   * prediction before the link (log-odds, the log of the mean, or the number itself). Undefined where a model has no exact
   * parts: `sampled-shapley.ts` finds them for any.
   */
  explain?(dataset: ModelRows): Promise<ModelReasons>
  /** The same for very many rows where exact parts take long: parts that sum to the score too, shared out in a simpler way. */
  explainQuickly?(dataset: ModelRows): Promise<ModelReasons>
  save(): SavedModel
}

export type ModelReasons = {
  readonly base: number
  readonly contributions: readonly (readonly Contribution[])[]
}

/** A way to learn, of one kind: the port that every model of rows is behind, so that any can be tuned, judged and kept. */
export type Learner<Settings extends object> = {
  readonly kind: string
  /** What it can be asked. */
  readonly tasks: readonly Task['kind'][]
  /** Settings that do where none are chosen. */
  readonly standard: Settings
  /**
   * @throws AppError 'too_little_data' without rows or with one class alone where two are needed, 'bad_input' for labels that
   *   do not fit the task, infinite values or impossible settings, 'diverged', 'stopped'.
   */
  fit(task: Task, rows: LearningRows, settings: Settings, control: FitControl): Promise<FittedModel>
  /** @throws AppError 'bad_config' for another kind, a format of a newer version or damaged parts. */
  load(saved: SavedModel): Promise<FittedModel>
}
