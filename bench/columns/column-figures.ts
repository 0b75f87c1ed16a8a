import type { FeatureTable } from '../../src/features/feature-table.ts'
import { quantileOfSorted } from '../../src/math/quantile.ts'

/** What a column of a feature table is like over everyone. */
export type ColumnFigures = {
  readonly name: string
  readonly kind: 'number' | 'label' | 'affinities'
  /** Share of people without a value. */
  readonly missingShare: number
  readonly distinctCount: number
  /** Of numbers: min, 1 %, 25 %, 50 %, 75 %, 99 %, max; absent where nobody has a value. */
  readonly quantiles?: Readonly<Record<string, number>>
}

/** `empty`: nobody has a value; `constant`: all who have one have the same; `partial`: it varies, and some have none. */
export type ColumnState = 'empty' | 'constant' | 'partial' | 'whole'

const quantileNames = { min: 0, p01: 0.01, p25: 0.25, p50: 0.5, p75: 0.75, p99: 0.99, max: 1 } as const

/** The figures of every column of numbers and shares, then of every label. */
export function listColumnFigures({ profileIds, numbers, labels }: FeatureTable): ColumnFigures[] {
  const { featureNames, values } = numbers
  const width = featureNames.length
  return [
    ...featureNames.map((name, column) =>
      numberFigures(
        name,
        Float64Array.from(profileIds, (_, row) => values[row * width + column] ?? Number.NaN),
      ),
    ),
    ...Object.entries(labels).map(([name, texts]) => labelFigures(name, texts)),
  ]
}

export function stateOf({ missingShare, distinctCount }: ColumnFigures): ColumnState {
  if (distinctCount === 0) return 'empty'
  if (distinctCount === 1) return 'constant'
  return missingShare > 0 ? 'partial' : 'whole'
}

function numberFigures(name: string, column: Float64Array): ColumnFigures {
  const sorted = column.filter((value) => !Number.isNaN(value)).sort()
  const quantiles = Object.entries(quantileNames).map(([key, share]) => [
    key,
    quantileOfSorted(sorted, share),
  ])
  return {
    name,
    kind: 'number',
    missingShare: 1 - sorted.length / column.length,
    distinctCount: sorted.filter((value, index) => value !== sorted[index - 1]).length,
    ...(sorted.length > 0 && { quantiles: Object.fromEntries(quantiles) }),
  }
}

function labelFigures(name: string, texts: readonly string[]): ColumnFigures {
  const filled = texts.filter((text) => text !== '')
  return {
    name,
    kind: 'label',
    missingShare: 1 - filled.length / texts.length,
    distinctCount: new Set(filled).size,
  }
}
