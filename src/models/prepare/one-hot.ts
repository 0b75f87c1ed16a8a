import { AppError } from '../../core/errors.ts'

/** The categories that get a column of their own; fitted on training rows alone, plain data. */
export type OneHot = {
  readonly formatVersion: 1
  /** Ascending; anything else is in none of them. */
  readonly categories: readonly string[]
}

export type OneHotOptions = {
  /** Rarer categories get no column; 20 rows by default. */
  readonly minRows?: number
  /** Only so many of the commonest get one; 50 by default. */
  readonly maxCategories?: number
}

/** The commonest categories. @throws AppError 'too_little_data' without rows. */
export function fitOneHot(
  values: readonly string[],
  { minRows = 20, maxCategories = 50 }: OneHotOptions = {},
): OneHot {
  if (values.length === 0) throw new AppError('too_little_data', 'there are no rows to take categories from')
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  const common = [...counts].filter(([, count]) => count >= minRows)
  common.sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
  const categories = common.slice(0, maxCategories).map(([category]) => category)
  return { formatVersion: 1, categories: categories.sort() }
}

/** [values × categories], row-major: 1 where a row is of the category. */
export function applyOneHot({ categories }: OneHot, values: readonly string[]): Float64Array {
  const columns = new Map(categories.map((category, column) => [category, column]))
  const hot = new Float64Array(values.length * categories.length)
  for (const [row, value] of values.entries()) {
    const column = columns.get(value)
    if (column !== undefined) hot[row * categories.length + column] = 1
  }
  return hot
}
