import type { Bilingual } from '../../../core/language.ts'
import { buildSparseRows, fitTermWeights, type TermWeights } from '../../../text/hashed-vectors.ts'
import type { Tokeniser } from '../../../text/tokenise.ts'
import { type Column, type ColumnTable, numberColumn } from '../column-table.ts'
import { formatCount } from '../figure.ts'
import {
  checkWhole,
  columnOf,
  type FittedStep,
  type Replacement,
  type StepTraining,
  takeColumns,
  tell,
} from './fitted-step.ts'

/**
 * A text becomes a TF-IDF vector of hashed terms, of length 1. A term that training did not know counts as those of its bucket; a
 * text without a term in a bucket that training used is zeros.
 */
export type TextSettings = {
  readonly kind: 'text'
  /** All text columns when left out. */
  readonly columns?: readonly string[]
  /** Terms fall into this many buckets, a column each; 64 by default. */
  readonly bucketCount?: number
}

export type TextStep = FittedStep<'text'> & {
  readonly columns: readonly { readonly name: string; readonly weights: TermWeights }[]
}

export function fitText(
  { columns: names, bucketCount = 64 }: TextSettings,
  { table, tokenise }: StepTraining,
): TextStep {
  checkWhole('text.bucketCount', bucketCount, 1, 65_536)
  const columns = takeColumns(table, 'text', names).map(({ name, values }) => ({
    name,
    weights: fitTermWeights(values.map(tokenise), { bucketCount }),
  }))
  return {
    kind: 'text',
    formatVersion: 1,
    columnsIn: columns.map((each) => each.name),
    columnsOut: columns.flatMap(({ name, weights }) => vectorNames(name, weights)),
    columns,
  }
}

export function applyText({ columns }: TextStep, table: ColumnTable, tokenise: Tokeniser): Replacement {
  return new Map(
    columns.map(({ name, weights }): [string, Column[]] => {
      const texts = columnOf(table, 'text', name).values
      const rows = buildSparseRows(weights, texts.map(tokenise))
      const vectors = vectorNames(name, weights).map((each) =>
        numberColumn(each, new Float64Array(texts.length)),
      )
      for (let row = 0; row < texts.length; row++)
        for (let place = rows.rowStarts[row] ?? 0; place < (rows.rowStarts[row + 1] ?? 0); place++) {
          const column = vectors[rows.columns[place] ?? -1]
          if (column) column.values[row] = rows.values[place] ?? 0
        }
      return [name, vectors]
    }),
  )
}

export function describeText({ columns }: TextStep): Bilingual[] {
  return columns.map(({ name, weights }) => {
    const { buckets, terms, documentCount } = weights
    const some = terms.slice(0, 8).join(', ')
    return tell(
      name,
      `${formatCount(buckets.length, 'bucket')} of terms, learned from ${formatCount(documentCount, 'text')}; e.g. ${some || '–'}`,
      `由 ${documentCount} 条文本学得 ${buckets.length} 个词桶；例如 ${some || '–'}`,
    )
  })
}

/** A column is named by its bucket and the term that is most frequent there. */
function vectorNames(name: string, { buckets, terms }: TermWeights): string[] {
  return buckets.map((bucket, place) => `${name}~${bucket}:${terms[place] ?? ''}`)
}
