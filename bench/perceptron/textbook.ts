import type { Dataset } from '../../src/core/dataset.ts'
import type { Random } from '../../src/math/random.ts'
import type { LearningRows } from '../../src/models/learner.ts'
import { type PerceptronSettings, perceptron } from '../../src/models/perceptron.ts'

/** The columns of the textbook's example, and what it asks to be predicted: a shopper of 30 who earns 80,000 and so on. */
const textbookColumns = ['age', 'income', 'browsing_duration', 'purchase_frequency'] as const
export const textbookShopper = [30, 80_000, 0.5, 2] as const

/** The textbook's network: 64-64-1, ReLU, Adam, squared error, 100 epochs of batches of 32, no early end. */
export const textbookSettings: PerceptronSettings = {
  ...perceptron.standard,
  layers: [64, 64],
  activation: 'relu',
  scaling: 'standard',
  dropout: 0,
  epochs: 100,
  batchSize: 32,
  learningRate: 0.001,
  weightDecay: 0,
  clipNorm: null,
  patience: null,
  validationShare: 0,
}

/** Deviation of what the columns do not tell of a need. */
export const noise = 0.5

/** Shoppers whose need is known: it bends with age and saturates with income; some cells are missing. */
export function drawShoppers(count: number, random: Random): LearningRows {
  const rows = Array.from({ length: count }, () => {
    const age = 18 + random.integer(53)
    const income = Math.round(20_000 + 25_000 * random.gamma(2, 1))
    const duration = Math.round(100 * random.exponential(1.5)) / 100
    const frequency = random.poisson(2)
    return [age, income, duration, frequency]
  })
  const labels = Float64Array.from(rows, (row) => needOf(row) + noise * random.normal())
  const values = Float64Array.from(rows.flat(), (value) => (random.next() < 0.03 ? Number.NaN : value))
  return { dataset: datasetOf(values), labels }
}

/** What a shopper of those columns needs on average: the truth behind `drawShoppers`. */
export function needOf([age = 0, income = 0, duration = 0, frequency = 0]: readonly number[]): number {
  return 4 - ((age - 38) / 14) ** 2 + 3 * Math.tanh(income / 90_000) + 1.2 * duration * frequency
}

/** One row of the textbook's columns a shopper. */
export function datasetOf(values: Float64Array, featureNames: readonly string[] = textbookColumns): Dataset {
  const rowIds = Array.from({ length: values.length / featureNames.length }, (_, row) => `shopper ${row + 1}`)
  return { featureNames, rowIds, values }
}
