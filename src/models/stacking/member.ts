import type { Dataset } from '../../core/dataset.ts'
import { logLoss } from '../../math/metrics/classification.ts'
import type { Random } from '../../math/random.ts'
import { type BoostingModel, fitBoosting, predictBoosting } from '../boosting.ts'
import type { BoostingOptions } from '../boosting-options.ts'
import { chooseBoosting } from '../boosting-trials.ts'
import { type Fold, joinHeld } from '../folded-rows.ts'
import { fitLogistic, type LogisticModel, type LogisticOptions, predictLogistic } from '../logistic.ts'
import {
  applyCategoryColumns,
  type CategoryColumns,
  fitCategoryColumns,
} from '../prepare/category-columns.ts'
import { probabilityOf } from '../trees/pointwise-loss.ts'

/** A model of a stack, with the settings to choose from by log-loss on held folds. */
export type StackMember =
  | { readonly kind: 'logistic'; readonly candidates: readonly LogisticOptions[] }
  | {
      readonly kind: 'boosting'
      readonly candidates: readonly Omit<BoostingOptions, 'objective' | 'weights' | 'validation'>[]
      /** Models of the bag that is grown with the chosen settings at the end; 1 by default, as on the inner folds. */
      readonly bagCount?: number
    }

/** A fitted member; plain data. */
export type MemberModel = {
  /** Log-loss on the inner folds with the chosen settings. */
  readonly heldLoss: number
} & (
  | { readonly kind: 'logistic'; readonly columns: CategoryColumns; readonly model: LogisticModel }
  | { readonly kind: 'boosting'; readonly model: BoostingModel }
)

/** The rows of a stack, whole and in folds. */
export type StackRows = {
  readonly dataset: Dataset
  readonly labels: ArrayLike<number>
  readonly folds: readonly Fold[]
  readonly categorical: readonly string[]
}

type TrainedMember = {
  /** Learned from all rows with the chosen settings. */
  readonly model: MemberModel
  /** By row: what the member says that did not see it. */
  readonly heldLogOdds: Float64Array
}

export function trainMember(rows: StackRows, member: StackMember, random: Random): TrainedMember {
  switch (member.kind) {
    case 'logistic':
      return trainLogistic(rows, member.candidates)
    case 'boosting':
      return trainBoosting(rows, member, random)
    default:
      return member satisfies never
  }
}

/** Log-odds, one a row. */
export function predictMember(member: MemberModel, dataset: Dataset): Float64Array {
  switch (member.kind) {
    case 'logistic':
      return logOddsOfLogistic(member, dataset)
    case 'boosting':
      return predictBoosting(member.model, dataset).map(logOddsOf)
    default:
      return member satisfies never
  }
}

function trainLogistic(
  { dataset, labels, folds, categorical }: StackRows,
  candidates: readonly LogisticOptions[],
): TrainedMember {
  const learn = (data: Dataset, target: ArrayLike<number>, options: LogisticOptions) => {
    const columns = fitCategoryColumns(data, categorical)
    const model = fitLogistic(applyCategoryColumns(columns, data), target, options)
    return { columns, model }
  }
  const trials = candidates.map((options) => {
    const said = folds.map(({ rest, restLabels, held }) =>
      logOddsOfLogistic(learn(rest, restLabels, options), held),
    )
    const heldLogOdds = joinHeld(folds, said)
    return { options, heldLogOdds, loss: logLoss(labels, heldLogOdds.map(probabilityOf)) }
  })
  const [first, ...others] = trials
  if (first === undefined) throw new Error('there are no settings to choose from')
  const best = others.reduce((a, b) => (b.loss < a.loss ? b : a), first)
  const model = learn(dataset, labels, best.options)
  return { model: { kind: 'logistic', ...model, heldLoss: best.loss }, heldLogOdds: best.heldLogOdds }
}

type LogisticPart = { readonly columns: CategoryColumns; readonly model: LogisticModel }

function logOddsOfLogistic({ columns, model }: LogisticPart, dataset: Dataset): Float64Array {
  return predictLogistic(model, applyCategoryColumns(columns, dataset)).map(logOddsOf)
}

function trainBoosting(
  { dataset, labels, folds, categorical }: StackRows,
  { candidates, bagCount = 1 }: StackMember & { readonly kind: 'boosting' },
  random: Random,
): TrainedMember {
  const tried = candidates.map((options) => ({ categorical, ...options, objective: 'logistic' as const }))
  const { options, margins, loss } = chooseBoosting(folds, tried, random)
  const model = fitBoosting(dataset, labels, { ...options, bagCount }, random)
  return { model: { kind: 'boosting', model, heldLoss: loss }, heldLogOdds: margins }
}

/** Kept finite: a member's certainty must not outweigh all others. */
function logOddsOf(probability: number): number {
  const inside = Math.min(1 - 1e-9, Math.max(1e-9, probability))
  return Math.log(inside / (1 - inside))
}
