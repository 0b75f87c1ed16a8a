import type { FileFacts } from '../import/inspect-file.ts'
import { sampleText, type TableShape } from '../import/sniff-table.ts'
import { splitRecords } from '../import/split-records.ts'

const sampleCount = 2000

/** The first rows of a table: column → its cells, one a row, '' where there is none. */
export type TableSample = ReadonlyMap<string, readonly string[]>

/** Of Parquet, nothing: its header alone is looked at. */
export function readSample(facts: FileFacts, shape: TableShape): TableSample {
  if (shape.kind === 'parquet') return new Map()
  const text = sampleText(facts)
  const records = shape.kind === 'json' ? readObjects(text, shape.header) : readCells(text, shape)
  return new Map(
    shape.header.map((column, index) => [column, records.map((cells) => cells[index]?.trim() ?? '')]),
  )
}

/** The cells of a column that hold something. */
export function valuesOf(sample: TableSample, column: string | undefined): readonly string[] {
  return (sample.get(column ?? '') ?? []).filter((cell) => cell !== '')
}

function readCells(
  text: string,
  shape: TableShape & { kind: 'csv' | 'cells' },
): readonly (readonly string[])[] {
  return splitRecords(text, shape.delimiter, sampleCount + 1).slice(shape.headerLines)
}

function readObjects(text: string, header: readonly string[]): readonly (readonly string[])[] {
  return text.split('\n', sampleCount).flatMap((line) => {
    try {
      const row = JSON.parse(line) as Record<string, unknown> | null
      return row === null ? [] : [header.map((key) => toText(row[key]))]
    } catch {
      // A broken line is no sample.
      return []
    }
  })
}

function toText(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
