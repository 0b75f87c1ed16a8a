import type { Dataset } from '../core/dataset.ts'
import { AppError } from '../core/errors.ts'
import { fitKMeans } from '../math/k-means.ts'
import { elementAt, itemAt, type Matrix } from '../math/matrix.ts'
import type { Random } from '../math/random.ts'
import {
  chooseGroupCount,
  type GroupCountTrial,
  gapOfOneGroup,
  hasGroups,
  tryGroupCounts,
} from './group-count.ts'
import { describeGroupTraits, type GroupTrait } from './group-traits.ts'
import type { Contribution } from './linear-reasons.ts'
import { applyScaler, fitScaler, type Scaler, type ScalerOptions } from './prepare/scaler.ts'

export type InterestGroupOptions = {
  /** Numbers of groups to choose from; 2..10 by default, as far as there are five rows a group. */
  readonly groupCounts?: readonly number[]
  readonly scaling?: ScalerOptions
}

export type InterestGroup = {
  readonly rowCount: number
  /** The features that differ most, largest first. */
  readonly traits: readonly GroupTrait[]
}

/** Groups of rows with like interests; plain data. */
export type InterestGroupsModel = {
  readonly kind: 'interest-groups'
  readonly formatVersion: 1
  readonly scaler: Scaler
  /** [groups × features], row-major, in scaled units. */
  readonly centres: readonly number[]
  /** Largest first; a row's group is an index into these. */
  readonly groups: readonly InterestGroup[]
  /** Sum of squared scaled distances to the own centre. */
  readonly inertia: number
  /** The numbers of groups that were tried. */
  readonly trials: readonly GroupCountTrial[]
  /** Whether rows lie nearer to centres than rows without groups would; else the groups only cut a cloud. */
  readonly isGrouped: boolean
}

/** Where each row belongs. */
export type GroupAssignments = {
  readonly groups: Uint32Array
  /** 0..1: 0 half-way to the next group, 1 at the centre of its own. */
  readonly certainty: Float64Array
}

const traitCount = 8

/**
 * k-means over standardised features, the number of groups chosen by silhouette and gap among those that halves of the rows agree
 * on. A missing value counts as the median.
 * @throws AppError 'too_little_data' with fewer than five rows a group.
 */
export function fitInterestGroups(
  dataset: Dataset,
  options: InterestGroupOptions,
  random: Random,
): InterestGroupsModel {
  const groupCounts = possibleCounts(dataset.rowIds.length, options.groupCounts)
  const scaler = { ...fitScaler(dataset, options.scaling), missing: [] }
  const matrix = toMatrix(applyScaler(scaler, dataset))
  const trials = tryGroupCounts(matrix, groupCounts, random.fork('trials'))
  const isGrouped = hasGroups(trials, gapOfOneGroup(matrix, random.fork('one group')))
  const fit = fitKMeans(matrix, { clusterCount: chooseGroupCount(trials), swaps: 30 }, random.fork('fit'))
  const { centres, counts, assignments } = largestFirst(matrix, fit)
  const traits = describeGroupTraits(dataset, matrix, { assignments, groupCount: counts.length })
  return {
    kind: 'interest-groups',
    formatVersion: 1,
    scaler,
    centres: [...centres],
    groups: counts.map((rowCount, group) => ({
      rowCount,
      traits: (traits[group] ?? []).slice(0, traitCount),
    })),
    inertia: fit.inertia,
    trials,
    isGrouped,
  }
}

/** @throws AppError 'bad_input' when the features are not those of the fit. */
export function assignInterestGroups(model: InterestGroupsModel, dataset: Dataset): GroupAssignments {
  const nearest = nearestGroups(model, toMatrix(applyScaler(model.scaler, dataset)))
  return {
    groups: Uint32Array.from(nearest, ({ own }) => own),
    certainty: Float64Array.from(nearest, ({ near, far }) => (far > 0 ? 1 - Math.sqrt(near / far) : 0)),
  }
}

/**
 * Why a row is in its group and not in the next: for each feature, by how much its squared distance to the next centre is
 * larger. They sum to the whole difference; largest first.
 * @throws AppError 'bad_input' when the features are not those of the fit.
 */
export function explainInterestGroups(model: InterestGroupsModel, dataset: Dataset): Contribution[][] {
  const matrix = toMatrix(applyScaler(model.scaler, dataset))
  const { columnCount, values } = matrix
  return nearestGroups(model, matrix).map(({ own, next }, row) => {
    const squareTo = (group: number, column: number) =>
      (elementAt(values, row * columnCount + column) - itemAt(model.centres, group * columnCount + column)) **
      2
    return dataset.featureNames
      .map((feature, column) => ({ feature, contribution: squareTo(next, column) - squareTo(own, column) }))
      .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
  })
}

function possibleCounts(rowCount: number, wanted: readonly number[] = [2, 3, 4, 5, 6, 7, 8, 9, 10]) {
  const counts = wanted.filter((count) => count >= 2 && count * 5 <= rowCount)
  if (counts.length > 0) return counts
  throw new AppError('too_little_data', {
    en: `${rowCount} rows are too few to find groups: five a group are needed`,
    zh: `${rowCount} 行太少，无法分组：每组至少需要五行`,
  })
}

function toMatrix({ rowIds, featureNames, values }: Dataset): Matrix {
  return { rowCount: rowIds.length, columnCount: featureNames.length, values }
}

/** Numbers the groups anew, the one with the most rows first. */
function largestFirst({ columnCount }: Matrix, fit: { centres: Float64Array; assignments: Uint32Array }) {
  const counts = new Array<number>(fit.centres.length / columnCount).fill(0)
  for (const group of fit.assignments) counts[group] = (counts[group] ?? 0) + 1
  const order = [...counts.keys()].sort((a, b) => itemAt(counts, b) - itemAt(counts, a))
  return {
    centres: Float64Array.from(
      order.flatMap((group) => [...fit.centres.subarray(group * columnCount, (group + 1) * columnCount)]),
    ),
    counts: order.map((group) => itemAt(counts, group)),
    assignments: fit.assignments.map((group) => order.indexOf(group)),
  }
}

type Distances = { readonly own: number; readonly next: number; readonly near: number; readonly far: number }

/** The nearest group of each row and the one after it, with the squared distances to them. */
function nearestGroups(
  { centres }: InterestGroupsModel,
  { rowCount, columnCount, values }: Matrix,
): Distances[] {
  const groupCount = centres.length / columnCount
  return Array.from({ length: rowCount }, (_, row) => {
    let [own, next, near, far] = [0, 0, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
    for (let group = 0; group < groupCount; group++) {
      let square = 0
      for (let column = 0; column < columnCount; column++)
        square +=
          (elementAt(values, row * columnCount + column) - itemAt(centres, group * columnCount + column)) ** 2
      if (square < near) [own, next, near, far] = [group, own, square, near]
      else if (square < far) [next, far] = [group, square]
    }
    return { own, next, near, far }
  })
}
