import { assignPairs } from '../math/assignment.ts'
import { elementAt, itemAt, type Matrix } from '../math/matrix.ts'

/** A grouping of people as it stood at one training. */
export type GroupedPeople = {
  readonly groupCount: number
  /** The group of each person by id. */
  readonly groupOf: ReadonlyMap<string, number>
}

/** How like two groups of two trainings are, and how that was told. */
export type GroupLikeness = {
  /** `members`: the people in both over those in either (Jaccard). `centres`: nearness of what is typical of them. */
  readonly by: 'members' | 'centres'
  /** [groups now × groups before], 0..1. */
  readonly likeness: Matrix
}

export type GroupMatch = {
  /** The group before that this one goes on as; undefined for a new one. */
  readonly before: number | undefined
  readonly likeness: number
}

/** Groups less alike than this are not the same one. */
const leastLikeness = 0.2

/** Fewer people in both trainings say too little; centres are compared instead. */
const leastShared = 20

/**
 * Which group of an earlier training each group goes on as: the pairs whose likenesses sum to the most (optimal assignment), those
 * that are hardly alike taken apart.
 */
export function matchGroups({ likeness }: GroupLikeness): GroupMatch[] {
  return Array.from(assignPairs(likeness), (before, group) => {
    const own = before === -1 ? 0 : elementAt(likeness.values, group * likeness.columnCount + before)
    return own >= leastLikeness ? { before, likeness: own } : { before: undefined, likeness: own }
  })
}

/** By the people whom both trainings grouped; undefined where they are too few. */
export function likenessOfMembers(now: GroupedPeople, before: GroupedPeople): GroupLikeness | undefined {
  const { cells, shared } = crossGroups(now, before)
  if (shared < leastShared) return undefined
  const { rowCount, columnCount, values } = cells
  const rowSums = new Float64Array(rowCount)
  const columnSums = new Float64Array(columnCount)
  for (const [index, count] of values.entries()) {
    const [row, column] = [Math.floor(index / columnCount), index % columnCount]
    rowSums[row] = elementAt(rowSums, row) + count
    columnSums[column] = elementAt(columnSums, column) + count
  }
  const likeness = values.map((count, index) => {
    const either =
      elementAt(rowSums, Math.floor(index / columnCount)) + elementAt(columnSums, index % columnCount) - count
    return either > 0 ? count / either : 0
  })
  return { by: 'members', likeness: { rowCount, columnCount, values: likeness } }
}

/**
 * By the distance of centres in the same units: 1 at the same place, ½ where it is as far as the groups of one training lie from
 * each other on average.
 * @param now and before [groups × columns]
 */
export function likenessOfCentres(now: Matrix, before: Matrix): GroupLikeness {
  const usual = meanDistance(before) || meanDistance(now) || 1
  const values = Float64Array.from({ length: now.rowCount * before.rowCount }, (_, index) => {
    const distance = distanceBetween(
      now,
      Math.floor(index / before.rowCount),
      before,
      index % before.rowCount,
    )
    return 1 / (1 + (distance / usual) ** 2)
  })
  return { by: 'centres', likeness: { rowCount: now.rowCount, columnCount: before.rowCount, values } }
}

/** How many people are in each pair of groups. */
export function crossGroups(
  now: GroupedPeople,
  before: GroupedPeople,
): { readonly cells: Matrix; readonly shared: number } {
  const [rowCount, columnCount] = [now.groupCount, before.groupCount]
  const values = new Float64Array(rowCount * columnCount)
  let shared = 0
  for (const [id, group] of now.groupOf) {
    const earlier = before.groupOf.get(id)
    if (earlier === undefined) continue
    shared++
    const place = group * columnCount + earlier
    values[place] = elementAt(values, place) + 1
  }
  return { cells: { rowCount, columnCount, values }, shared }
}

/** Root of the mean square over columns: in units of a column's deviation where columns are scaled. */
export function distanceBetween(a: Matrix, rowOfA: number, b: Matrix, rowOfB: number): number {
  let sum = 0
  for (let column = 0; column < a.columnCount; column++)
    sum +=
      (itemAt(a.values, rowOfA * a.columnCount + column) -
        itemAt(b.values, rowOfB * b.columnCount + column)) **
      2
  return Math.sqrt(sum / Math.max(1, a.columnCount))
}

function meanDistance(centres: Matrix): number {
  let [sum, count] = [0, 0]
  for (let a = 0; a < centres.rowCount; a++)
    for (let b = 0; b < a; b++) {
      sum += distanceBetween(centres, a, centres, b)
      count++
    }
  return count === 0 ? 0 : sum / count
}
