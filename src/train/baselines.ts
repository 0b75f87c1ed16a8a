import type { Dataset } from '../core/dataset.ts'
import type { Bilingual } from '../core/language.ts'
import { columnOf } from './row-source.ts'

/** Everyone gets the mean label of the rows that were learned from. */
export function predictMean(target: Float64Array, rowCount: number): Float64Array {
  const mean = target.reduce((sum, value) => sum + value, 0) / target.length
  return new Float64Array(rowCount).fill(mean)
}

/** The rule that answers where no fit is worth having. */
export const pastRateRule: Bilingual = { en: 'as so far', zh: '按过去的速度' }

/** What a person did so far, per day since first bought, over the horizon. */
export function predictPastRate(features: Dataset, amount: string, horizonDays: number): Float64Array {
  const days = columnOf(features, 'first_order_days')
  return columnOf(features, amount).map((value, row) => (value / Math.max(1, days[row] ?? 1)) * horizonDays)
}

/** The probability of at least one order when orders come at the past rate (Poisson). */
export function predictPastRateChance(features: Dataset, horizonDays: number): Float64Array {
  return predictPastRate(features, 'order_count', horizonDays).map((rate) => 1 - Math.exp(-rate))
}

/**
 * RFM score: recency, frequency and spend in fifths of the learned rows, summed (3..15; Hughes, 1994); a person gets
 * the share of buyers among learned rows of the same score.
 */
export type RfmBaseline = { predict(features: Dataset): Float64Array }

export function fitRfm(features: Dataset, labels: Float64Array): RfmBaseline {
  const columns = ['recency_days', 'order_count', 'spend_clipped'] as const
  const edges = columns.map((name) => fifthsOf(columnOf(features, name)))
  const scoreOf = (dataset: Dataset): Float64Array => {
    const score = new Float64Array(dataset.rowIds.length)
    for (const [index, name] of columns.entries())
      for (const [row, value] of columnOf(dataset, name).entries()) {
        const fifth = 1 + (edges[index] ?? []).filter((edge) => value > edge).length
        // Few days since the last order are good; of the others much is.
        score[row] = (score[row] ?? 0) + (name === 'recency_days' ? 6 - fifth : fifth)
      }
    return score
  }
  const rates = ratesByScore(scoreOf(features), labels)
  return { predict: (dataset) => scoreOf(dataset).map((score) => rates[score] ?? Number.NaN) }
}

function fifthsOf(values: Float64Array): number[] {
  const sorted = values.filter(Number.isFinite).sort()
  return [0.2, 0.4, 0.6, 0.8].map((level) => sorted[Math.floor(level * (sorted.length - 1))] ?? 0)
}

/** Share of buyers per score, each score joined with the mean of all as if by ten further rows. */
function ratesByScore(scores: Float64Array, labels: Float64Array): number[] {
  const mean = labels.reduce((sum, label) => sum + label, 0) / labels.length
  return Array.from({ length: 16 }, (_, score) => {
    let [count, positives] = [10, 10 * mean]
    for (const [row, value] of scores.entries()) {
      if (value !== score) continue
      count++
      positives += labels[row] ?? 0
    }
    return positives / count
  })
}
