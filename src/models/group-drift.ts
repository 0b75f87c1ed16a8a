import { elementAt, type Matrix } from '../math/matrix.ts'
import { crossGroups, distanceBetween, type GroupedPeople, type GroupMatch } from './group-matching.ts'

/** How one group changed between two trainings. */
export type GroupChange = {
  /** Index at this training; undefined for one that is no more. */
  readonly now: number | undefined
  /** Index at the training before; undefined for a new one. */
  readonly before: number | undefined
  /** Shares of everyone who was grouped, then and now. */
  readonly shareBefore: number
  readonly shareNow: number
  /** Of its people then that are still grouped, the share that is still in it. */
  readonly keptShare: number | null
  /** How far its centre moved, in deviations of a column (root mean square over columns); null for new and ended ones. */
  readonly centreShift: number | null
}

/** What became of the groups of the training before; plain data. */
export type GroupDrift = {
  /** People whom both trainings grouped. */
  readonly sharedCount: number
  /** Those of them that are in another group now, a group that went on counting as the same. */
  readonly movedCount: number
  /**
   * Population stability index of the shares of groups: Σ (now − before) ln(now / before), a group that is new or ended counting as
   * half a person. By custom below .1 stable, from .25 on another population (Siddiqi, 2006, ch. 8).
   */
  readonly stabilityIndex: number
  readonly changes: readonly GroupChange[]
}

export type GroupsAt = GroupedPeople & {
  /** [groups × columns], of both trainings in the same units. */
  readonly centres: Matrix
}

export function describeGroupDrift(
  now: GroupsAt,
  before: GroupsAt,
  matches: readonly GroupMatch[],
): GroupDrift {
  const { cells, shared } = crossGroups(now, before)
  const pairs: { readonly now?: number; readonly before?: number }[] = [
    ...matches.map((match, group) =>
      match.before === undefined ? { now: group } : { now: group, before: match.before },
    ),
    ...Array.from({ length: before.groupCount }, (_, group) => group)
      .filter((group) => !matches.some((match) => match.before === group))
      .map((group) => ({ before: group })),
  ]
  const [sizesNow, sizesBefore] = [sizesOf(now), sizesOf(before)]
  const cellAt = (a: number, b: number) => elementAt(cells.values, a * cells.columnCount + b)
  const changes = pairs.map((pair): GroupChange => {
    const isSame = pair.now !== undefined && pair.before !== undefined
    const stayed = isSame ? cellAt(pair.now, pair.before) : 0
    const known =
      pair.before === undefined ? 0 : sumOf(now.groupCount, (group) => cellAt(group, pair.before ?? 0))
    return {
      now: pair.now,
      before: pair.before,
      shareBefore: pair.before === undefined ? 0 : shareOf(sizesBefore, pair.before),
      shareNow: pair.now === undefined ? 0 : shareOf(sizesNow, pair.now),
      keptShare: known > 0 ? stayed / known : null,
      centreShift: isSame ? distanceBetween(now.centres, pair.now, before.centres, pair.before) : null,
    }
  })
  const stayed = pairs.reduce(
    (sum, pair) =>
      pair.now === undefined || pair.before === undefined ? sum : sum + cellAt(pair.now, pair.before),
    0,
  )
  return {
    sharedCount: shared,
    movedCount: shared - stayed,
    stabilityIndex: stabilityIndexOf(changes, { now: now.groupOf.size, before: before.groupOf.size }),
    changes,
  }
}

function stabilityIndexOf(
  changes: readonly GroupChange[],
  counts: { readonly now: number; readonly before: number },
): number {
  return changes.reduce((sum, { shareBefore, shareNow }) => {
    const from = Math.max(shareBefore, 0.5 / Math.max(1, counts.before))
    const to = Math.max(shareNow, 0.5 / Math.max(1, counts.now))
    return sum + (to - from) * Math.log(to / from)
  }, 0)
}

function sizesOf({ groupCount, groupOf }: GroupedPeople): Float64Array {
  const sizes = new Float64Array(groupCount)
  for (const group of groupOf.values()) sizes[group] = elementAt(sizes, group) + 1
  return sizes
}

function shareOf(sizes: Float64Array, group: number): number {
  return (
    elementAt(sizes, group) /
    Math.max(
      1,
      sumOf(sizes.length, (each) => elementAt(sizes, each)),
    )
  )
}

function sumOf(count: number, term: (index: number) => number): number {
  let sum = 0
  for (let index = 0; index < count; index++) sum += term(index)
  return sum
}
