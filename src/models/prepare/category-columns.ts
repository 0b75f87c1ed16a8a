import type { Dataset } from '../../core/dataset.ts'
import { AppError } from '../../core/errors.ts'
import { elementAt } from '../../math/matrix.ts'
import { applyOneHot, fitOneHot, type OneHot, type OneHotOptions } from './one-hot.ts'
import { checkFeatureNames } from './scaler.ts'

/** Columns of codes without an order become a column for each common code, for models that only add; plain data. */
export type CategoryColumns = {
  readonly formatVersion: 1
  readonly featureNames: readonly string[]
  readonly encoders: readonly { readonly column: number; readonly encoder: OneHot }[]
}

/** @throws AppError 'bad_input' for a name that is no feature, 'too_little_data' without rows. */
export function fitCategoryColumns(
  dataset: Dataset,
  categorical: readonly string[],
  options: OneHotOptions = {},
): CategoryColumns {
  const encoders = categorical.map((name) => {
    const column = dataset.featureNames.indexOf(name)
    if (column === -1) throw new AppError('bad_input', `categorical feature '${name}' is not in the dataset`)
    return { column, encoder: fitOneHot(codesOf(dataset, column), options) }
  })
  return { formatVersion: 1, featureNames: dataset.featureNames, encoders }
}

/**
 * Numbers as they are, then `name=code` for each common code; a missing code is one of its own (`name=NaN`).
 * @throws AppError 'bad_input' when the columns are not those of the fit.
 */
export function applyCategoryColumns({ featureNames, encoders }: CategoryColumns, dataset: Dataset): Dataset {
  checkFeatureNames(featureNames, dataset)
  const { rowIds } = dataset
  const coded = new Set(encoders.map(({ column }) => column))
  const numeric = [...featureNames.keys()].filter((column) => !coded.has(column))
  const blocks = encoders.map(({ column, encoder }) => ({
    names: encoder.categories.map((code) => `${featureNames[column]}=${code}`),
    values: applyOneHot(encoder, codesOf(dataset, column)),
  }))
  const names = [
    ...numeric.map((column) => featureNames[column] ?? ''),
    ...blocks.flatMap((each) => each.names),
  ]
  const values = new Float64Array(rowIds.length * names.length)
  for (const row of rowIds.keys()) {
    let place = row * names.length
    for (const column of numeric)
      values[place++] = elementAt(dataset.values, row * featureNames.length + column)
    for (const block of blocks) {
      const width = block.names.length
      values.set(block.values.subarray(row * width, (row + 1) * width), place)
      place += width
    }
  }
  return { featureNames: names, rowIds, values }
}

function codesOf({ featureNames, rowIds, values }: Dataset, column: number): string[] {
  return rowIds.map((_, row) => String(elementAt(values, row * featureNames.length + column)))
}
