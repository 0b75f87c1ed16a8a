import type { Bilingual } from '../core/language.ts'
import { rankRows } from '../math/metrics/ranking.ts'
import type { Random } from '../math/random.ts'
import type { MetricValue, SliceFigures } from './evaluation.ts'
import { bootstrapRows, type JudgeInput, type Metric, type RowOwners } from './judge.ts'
import type { SliceColumn } from './slice-column.ts'

/** The largest labels of a column are judged one by one, the others together. */
const mostSlices = 8
/** With fewer rows, or fewer of either answer, an interval says nothing. */
const leastRows = 50
const leastOfAnswer = 10

const others: Bilingual = { en: 'others', zh: '其他' }
const unknown: Bilingual = { en: 'not known', zh: '未知' }

/**
 * The first metric, which decides, and the others by each label of each column, so that a model that serves only most people well
 * is seen to.
 */
export function judgeSlices(
  { actual, predicted, owners }: Pick<JudgeInput, 'actual' | 'predicted' | 'owners'>,
  columns: readonly SliceColumn[],
  metrics: readonly [Metric, ...Metric[]],
  random: Random,
): SliceFigures[] {
  const overall = metrics[0].of(rankRows(actual, predicted))
  const isChance = actual.every((value) => value === 0 || value === 1)
  return columns.flatMap((column) =>
    slicesOf(column).map(({ label, rows }): SliceFigures => {
      const own = {
        actual: Float64Array.from(rows, (row) => actual[row] ?? Number.NaN),
        predicted: Float64Array.from(rows, (row) => predicted[row] ?? Number.NaN),
        ...(owners && { owners: ownersOf(owners, rows) }),
      }
      const told = {
        column: column.name,
        label,
        rowCount: rows.length,
        meanActual: meanOf(own.actual),
        meanPredicted: meanOf(own.predicted),
      }
      if (isTooSmall(own.actual, isChance)) return { ...told, metrics: {}, finding: 'too-small' }
      const figures = figuresOfSlice(own, metrics, random.fork(`${column.name.en} ${label.en}`))
      return { ...told, metrics: figures, finding: findingOf(figures, metrics[0], overall) }
    }),
  )
}

/** The rows of each label, the most frequent first, those without one last. A column of one label is none. */
function slicesOf({ labels, words = {} }: SliceColumn): { label: Bilingual; rows: number[] }[] {
  const byLabel = Map.groupBy(labels.keys(), (row) => labels[row] ?? '')
  if (byLabel.size < 2) return []
  const named = [...byLabel].filter(([label]) => label !== '').sort(([, a], [, b]) => b.length - a.length)
  const kept = named.length > mostSlices ? named.slice(0, mostSlices - 1) : named
  const rest = named.slice(kept.length).flatMap(([, rows]) => rows)
  const without = byLabel.get('') ?? []
  return [
    ...kept.map(([label, rows]) => ({ label: words[label] ?? { en: label, zh: label }, rows })),
    ...(rest.length > 0 ? [{ label: others, rows: rest }] : []),
    ...(without.length > 0 ? [{ label: unknown, rows: without }] : []),
  ]
}

function isTooSmall(actual: Float64Array, isChance: boolean): boolean {
  const positives = actual.filter((value) => value === 1).length
  const rarer = Math.min(positives, actual.length - positives)
  return actual.length < leastRows || (isChance && rarer < leastOfAnswer)
}

/** The customers behind the rows of a slice, numbered anew. */
function ownersOf({ of }: RowOwners, rows: readonly number[]): RowOwners {
  const places = new Map<number, number>()
  const own = Uint32Array.from(rows, (row) => {
    const place = places.get(of[row] ?? 0) ?? places.size
    places.set(of[row] ?? 0, place)
    return place
  })
  return { count: places.size, of: own }
}

function figuresOfSlice(
  { actual, predicted, owners }: Pick<JudgeInput, 'actual' | 'predicted' | 'owners'>,
  metrics: readonly Metric[],
  random: Random,
): Record<string, MetricValue> {
  const rows = rankRows(actual, predicted)
  const intervals = bootstrapRows(
    { actual, ...(owners && { owners }) },
    (times) => metrics.map((metric) => metric.of(rows, times)),
    random,
  )
  return Object.fromEntries(
    metrics.map(({ name }, index) => [name, intervals[index] ?? { value: Number.NaN }]),
  )
}

function findingOf(
  figures: Readonly<Record<string, MetricValue>>,
  { name, sign }: Metric,
  overall: number,
): SliceFigures['finding'] {
  const { low, high } = figures[name] ?? {}
  const best = sign === 1 ? high : low
  return best !== undefined && sign * best < sign * overall ? 'weaker' : 'typical'
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
