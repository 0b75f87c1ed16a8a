import type { Dataset } from '../core/dataset.ts'
import { fitGaussianMixture, type GaussianMixture, mixtureChances } from '../math/gaussian-mixture.ts'
import { elementAt, type Matrix } from '../math/matrix.ts'
import type { Random } from '../math/random.ts'
import type { InterestGroupsModel } from './interest-groups.ts'
import { applyScaler, type Scaler } from './prepare/scaler.ts'

/** Groups that people belong to in part; plain data. */
export type SoftGroupsModel = {
  readonly kind: 'soft-groups'
  readonly formatVersion: 1
  readonly scaler: Scaler
  readonly mixture: GaussianMixture
  /** The shapes that were tried, with what the BIC says of them. */
  readonly trials: readonly { readonly covariance: 'full' | 'diagonal'; readonly bic: number }[]
}

/**
 * A Gaussian mixture begun from interest groups, so that each component goes on as the group of its index. Whether interests of a
 * group vary together or each by itself is chosen by the BIC.
 * @throws AppError 'bad_input' when the features are not those of the groups, 'stopped'.
 */
export function fitSoftGroups(
  groups: InterestGroupsModel,
  dataset: Dataset,
  random: Random,
  signal?: AbortSignal,
): SoftGroupsModel {
  const matrix = toMatrix(groups.scaler, dataset)
  const start = Float64Array.from(groups.centres)
  const componentCount = groups.groups.length
  const tried = (['diagonal', 'full'] as const).map((covariance) =>
    fitGaussianMixture(matrix, { componentCount, covariance, start, regularisation, signal }, random),
  )
  const mixture = tried.reduce((best, each) => (each.bic < best.bic ? each : best))
  const trials = tried.map(({ covariance, bic }) => ({ covariance, bic }))
  return { kind: 'soft-groups', formatVersion: 1, scaler: groups.scaler, mixture, trials }
}

/** Interests are shares with many zeros: a group is never taken to be narrower than a tenth of everyone's deviation. */
const regularisation = 0.01

/** The chance that each row is of each group, [rows × groups]. */
export function softMemberships({ scaler, mixture }: SoftGroupsModel, dataset: Dataset): Float64Array {
  return mixtureChances(mixture, toMatrix(scaler, dataset))
}

/**
 * How far groups run into each other: the mean chance of group b among the rows of group a, [groups × groups]; rows sum to 1.
 * @param assignments the group of each row
 */
export function overlapOfGroups(
  memberships: Float64Array,
  assignments: Uint32Array,
  groupCount: number,
): number[][] {
  const sums = new Float64Array(groupCount * groupCount)
  const counts = new Float64Array(groupCount)
  for (const [row, own] of assignments.entries()) {
    counts[own] = elementAt(counts, own) + 1
    for (let group = 0; group < groupCount; group++) {
      const place = own * groupCount + group
      sums[place] = elementAt(sums, place) + elementAt(memberships, row * groupCount + group)
    }
  }
  return Array.from(counts, (count, own) =>
    Array.from(sums.subarray(own * groupCount, (own + 1) * groupCount), (sum) =>
      count > 0 ? sum / count : 0,
    ),
  )
}

function toMatrix(scaler: Scaler, dataset: Dataset): Matrix {
  const { rowIds, featureNames, values } = applyScaler(scaler, dataset)
  return { rowCount: rowIds.length, columnCount: featureNames.length, values }
}
