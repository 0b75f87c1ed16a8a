import type { Dataset } from '../core/dataset.ts'
import type { Random } from '../math/random.ts'
import { foldRows } from './folded-rows.ts'
import { checkFeatureNames } from './prepare/scaler.ts'
import { applyBlend, type Blend, fitBlend } from './stacking/blend.ts'
import { type MemberModel, predictMember, type StackMember, trainMember } from './stacking/member.ts'
import { probabilityOf } from './trees/pointwise-loss.ts'

export type StackOptions = {
  readonly members: readonly StackMember[]
  /** Features whose values are codes of categories without an order. */
  readonly categorical?: readonly string[]
  /** 5 by default. */
  readonly foldCount?: number
  /** Told each time a member is fitted, in the order of `members`. */
  readonly onFitted?: (memberIndex: number) => void
}

/** Models side by side and how their answers become one probability; plain data. */
export type StackModel = {
  readonly kind: 'stack'
  readonly formatVersion: 1
  readonly featureNames: readonly string[]
  /** In the order of the options. */
  readonly members: readonly MemberModel[]
  readonly blend: Blend
}

/** What a stack says of each row, and what each of its members says alone. */
export type StackAnswer = {
  readonly probabilities: Float64Array
  readonly members: readonly Float64Array[]
}

/**
 * Stacked models (Wolpert, 1992): settings, weights and calibration are learned from answers on inner folds that the
 * members did not see, then every member learns from all rows.
 * @param labels 0 or 1
 * @throws AppError 'bad_input' or 'too_little_data' as the members do, 'diverged' when a fit does not settle.
 */
export function fitStack(
  dataset: Dataset,
  labels: ArrayLike<number>,
  { members, categorical = [], foldCount = 5, onFitted }: StackOptions,
  random: Random,
): StackModel {
  const folds = foldRows(dataset, labels, foldCount, random.fork('folds'))
  const trained = members.map((member, index) => {
    const rows = { dataset, labels, folds, categorical }
    const fitted = trainMember(rows, member, random.fork(`member ${index}`))
    onFitted?.(index)
    return fitted
  })
  return {
    kind: 'stack',
    formatVersion: 1,
    featureNames: dataset.featureNames,
    members: trained.map(({ model }) => model),
    blend: fitBlend(
      trained.map(({ heldLogOdds }) => heldLogOdds),
      labels,
    ),
  }
}

/** Calibrated probabilities, one a row. @throws AppError 'bad_input' when the features are not those of the model. */
export function predictStack({ featureNames, members, blend }: StackModel, dataset: Dataset): StackAnswer {
  checkFeatureNames(featureNames, dataset)
  const logOdds = members.map((member) => predictMember(member, dataset))
  return {
    probabilities: applyBlend(blend, logOdds).map(probabilityOf),
    members: logOdds.map((odds) => odds.map(probabilityOf)),
  }
}
