import { quoteIdentifier } from '../../database/identifier.ts'
import type { TableShape } from '../import/sniff-table.ts'
import type { Mapping } from '../mapping.ts'
import type { TableReading } from './reading.ts'

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
      throw new Error('a JSON line has keys, not cells')
    default:
      return shape satisfies never
  }
}

function unquoted(cell: string): string {
  return `if(length(${cell}) > 1 AND startsWith(${cell}, '"') AND endsWith(${cell}, '"'), replaceAll(substring(${cell}, 2, length(${cell}) - 2), '""', '"'), ${cell})`
}

/** A column's text; of JSON lines, also of a key that the lines looked at did not have. */
export function columnSql({ mapping, shape }: TableReading, column: string): string {
  if (shape.kind === 'json')
    return jsonText(`{json_keys:Array(String)}[${namedColumns(mapping).indexOf(column) + 1}]`)
  const index = shape.header.indexOf(column)
  if (index < 0) throw new Error(`the column ${column} was not checked`)
  return cellOf(shape, index)
}

/** The columns that the mapping names; of JSON lines the values of `{json_keys:Array(String)}`. */
export function namedColumns({ columns, traits, categoryLevels = [] }: Mapping): readonly string[] {
  return [...new Set([...Object.values(columns), ...Object.values(traits), ...categoryLevels])]
}

/** A string as it is, null as nothing, anything else as its JSON. */
function jsonText(key: string): string {
  return `multiIf(JSONType(line, ${key}) = 'String', JSONExtractString(line, ${key}), JSONType(line, ${key}) = 'Null', '', JSONExtractRaw(line, ${key}))`
}

/** What no field takes, so that nothing is lost, as a map from column to text; empty ones are left out. */
export function otherCells({ mapping, shape }: TableReading): string {
  if (shape.kind === 'json') {
    const text = `if(startsWith(p.2, '"'), JSONExtractString(p.2), if(p.2 = 'null', '', p.2))`
    const others = `arrayFilter(p -> NOT has({json_keys:Array(String)}, p.1), JSONExtractKeysAndValuesRaw(line))`
    return `mapFilter((k, v) -> v != '', mapFromArrays(arrayMap(p -> p.1, ${others}), arrayMap(p -> ${text}, ${others})))`
  }
  const used = new Set(namedColumns(mapping))
  const others = shape.header.filter((column) => !used.has(column))
  if (others.length === 0) return 'map()'
  const cells = others.map((column) => cellOf(shape, shape.header.indexOf(column)))
  return `mapFilter((k, v) -> v != '', mapFromArrays({other_names:Array(String)}, [${cells.join(', ')}]))`
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
