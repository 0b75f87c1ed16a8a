import { elementAt } from '../../../math/matrix.ts'
import { findBin, quantileEdges } from '../bin-edges.ts'
import { knownSorted } from '../column-moments.ts'
import type { Column, ColumnTable, LabelColumn, NumberColumn } from '../column-table.ts'
import { chiSquareQuantile, z99 } from '../information.ts'

/** How far the values of a column moved between two times. */
export type Drift = {
  /**
   * Population stability index: Σ (after − before) ln(after / before) over bins fitted on training. By custom below .1 stable, from
   * .25 on another population (Siddiqi, 2006, ch. 8).
   */
  readonly stabilityIndex: number
  /** What it exceeds one time in a hundred where nothing moved. */
  readonly byChance: number
  readonly grade: 'stable' | 'moderate' | 'strong'
  /** The bin that adds most to the index. */
  readonly mostMoved: { readonly bin: Bin; readonly before: number; readonly after: number }
}

/** A bin in words: its bounds, a level, the rare and unknown levels together, or what is missing. */
export type Bin =
  | { readonly kind: 'range'; readonly from?: number; readonly to?: number }
  | { readonly kind: 'value'; readonly value: number }
  | { readonly kind: 'level'; readonly level: string }
  | { readonly kind: 'other' }
  | { readonly kind: 'missing' }

const [moderateFrom, strongFrom] = [0.1, 0.25]
const binCount = 10
/** A level rarer than this in training is with the rare ones. */
const leastLevelShare = 0.01

/** The rows' bins; a bin holds values of training, or is there for what was not. */
type Binning = { readonly bins: readonly Bin[]; readonly binOf: (row: number, isLater: boolean) => number }

/** Undefined for columns of other kinds than numbers and labels, and where one side has no rows. */
export function driftOf(training: ColumnTable, later: ColumnTable, column: Column): Drift | undefined {
  const other = later.columns.find((each) => each.name === column.name)
  if (other === undefined || training.rowIds.length === 0 || later.rowIds.length === 0) return undefined
  const binning = binsOf(column, other)
  if (binning === undefined) return undefined
  const before = countRows(binning, column.values.length, false)
  const after = countRows(binning, other.values.length, true)
  const parts = before.map((count, bin) => {
    const [from, to] = [
      shareOf(count, column.values.length),
      shareOf(elementAt(after, bin), other.values.length),
    ]
    return count === 0 && elementAt(after, bin) === 0 ? 0 : (to - from) * Math.log(to / from)
  })
  const stabilityIndex = parts.reduce((sum, part) => sum + part, 0)
  const byChance = chanceIndex(
    training,
    later,
    before.filter((count, bin) => count + elementAt(after, bin) > 0).length,
  )
  const most = parts.indexOf(Math.max(...parts))
  return {
    stabilityIndex,
    byChance,
    grade: gradeOf(stabilityIndex, byChance),
    mostMoved: {
      bin: binning.bins[most] ?? { kind: 'missing' },
      before: elementAt(before, most) / column.values.length,
      after: elementAt(after, most) / other.values.length,
    },
  }
}

function gradeOf(index: number, byChance: number): Drift['grade'] {
  if (index < moderateFrom || index <= byChance) return 'stable'
  return index < strongFrom ? 'moderate' : 'strong'
}

/**
 * Where nothing moved the index is about (1/n + 1/m) times a χ² with a degree less than there are bins (Yurdakul, 2018, "Statistical
 * properties of the population stability index"). Persons count, not rows: rows of one person move together.
 */
function chanceIndex(training: ColumnTable, later: ColumnTable, bins: number): number {
  if (bins < 2) return 0
  const [own, other] = [training, later].map(({ rowIds }) => new Set(rowIds).size)
  return (1 / (own ?? 1) + 1 / (other ?? 1)) * chiSquareQuantile(bins - 1, z99)
}

/** An empty bin is taken for half a row: the logarithm of 0 would say too much. */
function shareOf(count: number, rowCount: number): number {
  return Math.max(count, 0.5) / rowCount
}

function countRows({ bins, binOf }: Binning, rowCount: number, isLater: boolean): Float64Array {
  const counts = new Float64Array(bins.length)
  for (let row = 0; row < rowCount; row++) {
    const bin = binOf(row, isLater)
    counts[bin] = elementAt(counts, bin) + 1
  }
  return counts
}

function binsOf(column: Column, other: Column): Binning | undefined {
  if (column.kind === 'number' && other.kind === 'number') return numberBins(column, other)
  if (column.kind === 'label' && other.kind === 'label') return labelBins(column, other)
  return undefined
}

function numberBins(column: NumberColumn, other: NumberColumn): Binning {
  const known = knownSorted(column.values)
  const edges = quantileEdges(known, binCount)
  const only = known.length > 0 && edges.length === 0 ? elementAt(known, 0) : undefined
  const ranges: Bin[] =
    only === undefined
      ? Array.from({ length: edges.length + 1 }, (_, bin) => rangeOf(edges, bin))
      : [
          { kind: 'range', to: only },
          { kind: 'value', value: only },
          { kind: 'range', from: only },
        ]
  return {
    bins: [...ranges, { kind: 'missing' }],
    binOf: (row, isLater) => {
      const value = elementAt((isLater ? other : column).values, row)
      if (Number.isNaN(value)) return ranges.length
      return only === undefined ? findBin(edges, value) : 1 + Math.sign(value - only)
    },
  }
}

function rangeOf(edges: Float64Array, bin: number): Bin {
  return {
    kind: 'range',
    ...(bin > 0 && { from: elementAt(edges, bin - 1) }),
    ...(bin < edges.length && { to: elementAt(edges, bin) }),
  }
}

function labelBins(column: LabelColumn, other: LabelColumn): Binning {
  const counts = new Map<string, number>()
  for (const level of column.values) if (level !== '') counts.set(level, (counts.get(level) ?? 0) + 1)
  const common = [...counts]
    .filter(([, count]) => count >= leastLevelShare * column.values.length)
    .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
    .slice(0, 2 * binCount)
    .map(([level]) => level)
  const places = new Map(common.map((level, place) => [level, place]))
  return {
    bins: [
      ...common.map((level) => ({ kind: 'level', level }) as const),
      { kind: 'other' },
      { kind: 'missing' },
    ],
    binOf: (row, isLater) => {
      const level = (isLater ? other : column).values[row] ?? ''
      return level === '' ? common.length + 1 : (places.get(level) ?? common.length)
    },
  }
}
