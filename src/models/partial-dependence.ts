import type { Dataset } from '../core/dataset.ts'
import { AppError } from '../core/errors.ts'
import { pause } from '../core/pause.ts'
import { quantileOfSorted } from '../math/quantile.ts'
import type { FitControl, FittedModel } from './learner.ts'
import { type AnswerChoice, predictOne, withColumn } from './model-answers.ts'
import { columnAt } from './prepare/dataset-columns.ts'
import { checkFeatureNames } from './prepare/scaler.ts'

export type DependenceOptions = AnswerChoice & {
  readonly feature: string
  /** Points of the curve at most, at quantiles of the feature; each value where there are no more. 20 by default. */
  readonly pointCount?: number
  /** Rows whose own curves are told; 30 by default, drawn by chance. */
  readonly curveCount?: number
}

/** What a model answers as one feature changes and all else stays as it is. */
export type Dependence = {
  readonly feature: string
  readonly points: readonly {
    readonly value: number
    /** The mean answer over all rows. */
    readonly mean: number
  }[]
  /** The mean answer where the feature is missing. */
  readonly missingMean: number
  /** Answers of single rows at the points (Goldstein et al., 2015): curves that cross tell that other features matter to it. */
  readonly curves: readonly { readonly rowId: string; readonly answers: readonly number[] }[]
}

/**
 * Partial dependence (Friedman, 2001) with individual curves, on the scale of answers.
 * @throws AppError 'bad_input' for other features, 'too_little_data' where the feature has no value, 'stopped'.
 */
export async function traceDependence(
  model: FittedModel,
  dataset: Dataset,
  options: DependenceOptions,
  { random, signal, progress }: FitControl,
): Promise<Dependence> {
  checkFeatureNames(model.featureNames, dataset)
  const { feature, pointCount = 20, curveCount = 30 } = options
  const column = dataset.featureNames.indexOf(feature)
  if (column === -1)
    throw new AppError('bad_input', `the model has no feature '${feature}'`, {
      expected: dataset.featureNames.join(', '),
    })
  const grid = gridOf(columnAt(dataset, column), pointCount)
  if (grid.length === 0)
    throw new AppError('too_little_data', `feature '${feature}' has no value in these rows`)
  const answers: Float64Array[] = []
  for (const value of [...grid, Number.NaN]) {
    await pause(signal)
    answers.push(
      await predictOne(
        model,
        options,
        withColumn(dataset, column, () => value),
      ),
    )
    progress?.({ done: answers.length, total: grid.length + 1 })
  }
  const shown = random.shuffle([...dataset.rowIds.keys()]).slice(0, curveCount)
  return {
    feature,
    points: grid.map((value, index) => ({ value, mean: meanOf(answers[index]) })),
    missingMean: meanOf(answers.at(-1)),
    curves: shown.map((row) => ({
      rowId: dataset.rowIds[row] ?? '',
      answers: grid.map((_, index) => answers[index]?.[row] ?? Number.NaN),
    })),
  }
}

function gridOf(values: Float64Array, pointCount: number): number[] {
  const sorted = values.filter(Number.isFinite).sort()
  const distinct = [...new Set(sorted)]
  if (distinct.length <= pointCount) return distinct
  const quantiles = Array.from({ length: pointCount }, (_, index) =>
    quantileOfSorted(sorted, index / (pointCount - 1)),
  )
  return [...new Set(quantiles)]
}

function meanOf(values: Float64Array | undefined): number {
  if (values === undefined) return Number.NaN
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
