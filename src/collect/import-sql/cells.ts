import { quoteIdentifier } from '../../database/identifier.ts'
import type { TableShape } from '../import/sniff-table.ts'

/** The file's row that a header line stands before; the engine itself leaves out a CSV's. */
export function skipOf(shape: TableShape): number {
  return shape.kind === 'cells' ? shape.headerLines : 0
}

export function isRow(shape: TableShape): string {
  if (shape.kind === 'parquet') return '1'
  if (shape.kind === 'csv') return 'isNotNull(c1)'
  return `row_number > ${skipOf(shape)} AND trimBoth(line, ' \\t\\r\\n') != ''`
}

export function splitCells(shape: TableShape & { readonly kind: 'cells' }): string {
  const split = shape.delimiter === 'whitespace' ? 'splitByWhitespace(line)' : "splitByChar('\\t', line)"
  return `${split} AS cells`
}

/** A column's text as the file has it; '' where it is absent. */
export function cellOf(shape: TableShape, index: number): string {
  switch (shape.kind) {
    case 'csv':
      return `ifNull(c${index + 1}, '')`
    case 'parquet':
      return `ifNull(${quoteIdentifier(shape.header[index] ?? '')}, '')`
    case 'cells':
      return unquoted(`cells[${index + 1}]`)
    case 'json':
      return jsonText(`{header:Array(String)}[${index + 1}]`)
    default:
      return shape satisfies never
  }
}

function unquoted(cell: string): string {
  return `if(length(${cell}) > 1 AND startsWith(${cell}, '"') AND endsWith(${cell}, '"'), replaceAll(substring(${cell}, 2, length(${cell}) - 2), '""', '"'), ${cell})`
}

/** A string as it is, null as nothing, anything else as its JSON. */
function jsonText(key: string): string {
  return `multiIf(JSONType(line, ${key}) = 'String', JSONExtractString(line, ${key}), JSONType(line, ${key}) = 'Null', '', JSONExtractRaw(line, ${key}))`
}

export function columnSql(shape: TableShape, column: string): string {
  const index = shape.header.indexOf(column)
  if (index >= 0) return cellOf(shape, index)
  if (shape.kind === 'json') return "''"
  throw new Error(`the column ${column} was not checked`)
}

/** Where a row that stands for a broken line has its mark. */
export function firstText(shape: TableShape): string {
  if (shape.kind === 'parquet') return "''"
  return shape.kind === 'csv' ? `ifNull(c1, '')` : 'line'
}

/** All of a row: its line, or every cell. */
export function rowTexts(shape: TableShape): readonly string[] {
  if (shape.kind === 'json' || shape.kind === 'cells') return ['line']
  return shape.header.map((_, index) => cellOf(shape, index))
}
