import type { Dataset } from '../../src/core/dataset.ts'

/** An order of people by one column: more first, less first, or those of one text first. */
export type Rule = {
  readonly name: string
  readonly column: number
  /** The code that comes first, of a text. */
  readonly code?: number
  readonly sign: 1 | -1
}

/** Every rule that a table allows. */
export function listRules({ featureNames, values }: Dataset, categorical: readonly string[]): Rule[] {
  return featureNames.flatMap((name, column): Rule[] => {
    if (!categorical.includes(name))
      return [
        { name: `more ${name} first`, column, sign: 1 },
        { name: `less ${name} first`, column, sign: -1 },
      ]
    const codes = new Set<number>()
    for (let index = column; index < values.length; index += featureNames.length) {
      const code = values[index] ?? Number.NaN
      if (!Number.isNaN(code)) codes.add(code)
    }
    return [...codes].flatMap((code): Rule[] => [
      { name: `${name} no. ${code} first`, column, code, sign: 1 },
      { name: `${name} no. ${code} last`, column, code, sign: -1 },
    ])
  })
}

/** A missing value comes last. */
export function answerOfRule({ column, code, sign }: Rule, { featureNames, values, rowIds }: Dataset) {
  return Float64Array.from(rowIds, (_, row) => {
    const value = values[row * featureNames.length + column] ?? Number.NaN
    if (code !== undefined) return value === code ? sign : 0
    return Number.isNaN(value) ? Number.NEGATIVE_INFINITY : sign * value
  })
}
