import type { Dataset } from '../../core/dataset.ts'
import type { Feed } from '../../tensor/onnx-session.ts'
import { weightsOf } from '../check-learning.ts'
import type { LearningRows } from '../learner.ts'
import {
  applyCategoryColumns,
  type CategoryColumns,
  fitCategoryColumns,
} from '../prepare/category-columns.ts'
import { applyScaler, fitScaler, type Scaler, type ScalerOptions } from '../prepare/scaler.ts'

/** How columns become what a network reads; plain data. */
export type RowPreparation = { readonly columns: CategoryColumns; readonly scaler: Scaler }

/** Prepared rows. */
export type RowInputs = {
  readonly width: number
  readonly feedOf: (rows: Uint32Array) => Feed
}

const scalings: Readonly<Record<'robust' | 'standard', ScalerOptions>> = {
  robust: {},
  // Rows to come are still held to the training rows' range: a network says anything beyond it.
  standard: { clipAt: [0, 1], logAboveSkewness: Number.POSITIVE_INFINITY },
}

/** By training rows alone. */
export function fitRowPreparation(rows: LearningRows, scaling: 'robust' | 'standard'): RowPreparation {
  const columns = fitCategoryColumns(rows.dataset, rows.categorical ?? [])
  const dataset = applyCategoryColumns(columns, rows.dataset)
  return { columns, scaler: fitScaler(dataset, scalings[scaling], rows.weights && weightsOf(rows)) }
}

export function prepareRows({ columns, scaler }: RowPreparation, dataset: Dataset): RowInputs {
  const scaled = applyScaler(scaler, applyCategoryColumns(columns, dataset))
  const width = scaled.featureNames.length
  const values = Float32Array.from(scaled.values)
  return {
    width,
    feedOf(rows) {
      const data = new Float32Array(rows.length * width)
      for (const [place, row] of rows.entries())
        data.set(values.subarray(row * width, (row + 1) * width), place * width)
      return { data, shape: [rows.length, width] }
    },
  }
}
