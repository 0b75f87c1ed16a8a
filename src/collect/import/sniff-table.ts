import { isUtf8 } from 'node:buffer'
import { AppError } from '../../core/errors.ts'
import type { Mapping } from '../mapping.ts'
import type { FileFacts } from './inspect-file.ts'
import { readParquetColumns } from './parquet-columns.ts'
import { firstLine, refuseEncoding, refuseEndlessLine, refuseSpreadJson } from './refuse-content.ts'
import { type Delimiter, splitRecords } from './split-records.ts'

/**
 * How a table's rows are told apart: `csv` and `parquet` by the engine's readers; `cells` and `json` line by line,
 * so that a broken line costs only itself. `headerLines` stand before the first data row.
 */
export type TableShape =
  | {
      readonly kind: 'csv'
      readonly delimiter: Exclude<Delimiter, 'whitespace' | '\t'>
      readonly header: readonly string[]
      readonly headerLines: 0 | 1
    }
  | {
      readonly kind: 'cells'
      readonly delimiter: '\t' | 'whitespace'
      readonly header: readonly string[]
      readonly headerLines: 0 | 1
    }
  | { readonly kind: 'json'; readonly header: readonly string[]; readonly headerLines: 0 }
  | { readonly kind: 'parquet'; readonly header: readonly string[]; readonly headerLines: 0 }

export type SniffHints = Pick<Mapping, 'delimiter' | 'columnNames'>

const delimiters = [',', '\t', ';', '|'] as const
const sampleCount = 50

/**
 * Looks at the beginning of a file: which kind of table it is, what separates its columns, what they are called.
 * @param plainPath the file itself, or its unpacked copy; read for Parquet only.
 * @throws AppError `bad_file` or, when `columnNames` do not fit, `bad_mapping`.
 */
export async function sniffTable(
  facts: FileFacts,
  plainPath: string,
  hints: SniffHints,
): Promise<TableShape> {
  if (facts.container === 'parquet') {
    return { kind: 'parquet', header: await readParquetColumns(plainPath), headerLines: 0 }
  }
  const text = sampleText(facts)
  if (text === '') refuseEndlessLine(facts.path)
  if (/^\s*\{/.test(text)) return { kind: 'json', header: listKeys(facts, text), headerLines: 0 }
  const delimiter = hints.delimiter ?? chooseDelimiter(text)
  const first = splitRecords(text, delimiter, 1)[0] ?? []
  const named = nameColumns(first, hints, facts)
  return delimiter === '\t' || delimiter === 'whitespace'
    ? { kind: 'cells', delimiter, ...named }
    : { kind: 'csv', delimiter, ...named }
}

/** Names for a message: no screen is filled by a table of thousands of columns or by a file that is no table. */
export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 40).map((name) => {
    const text = name.replaceAll(/\p{C}+/gu, ' ')
    return text.length > 60 ? `${text.slice(0, 60)}…` : text
  })
  const hidden = names.length - shown.length
  return `${shown.join(', ')}${hidden > 0 ? ` … (+${hidden})` : ''}`
}

/** The whole lines of the head as text; bytes that are not UTF-8 become U+FFFD. */
export function sampleText(facts: FileFacts): string {
  const text = facts.head.toString('utf8')
  return facts.isHeadWhole ? text : text.slice(0, text.lastIndexOf('\n') + 1)
}

/** The delimiter that gives most records the same number of columns, more than one if any does. */
function chooseDelimiter(text: string): Delimiter {
  const scored = delimiters.map((delimiter) => {
    const counts = splitRecords(text, delimiter, sampleCount).map((cells) => cells.length)
    const columnCount = counts[0] ?? 1
    const sameRate = counts.filter((count) => count === columnCount).length / Math.max(counts.length, 1)
    return { delimiter, score: columnCount < 2 ? 0 : sameRate + Math.min(columnCount, 20) / 100 }
  })
  const best = scored.reduce((a, b) => (b.score > a.score ? b : a))
  return best.score > 0 ? best.delimiter : ','
}

function nameColumns(
  first: readonly string[],
  hints: SniffHints,
  facts: FileFacts,
): { header: readonly string[]; headerLines: 0 | 1 } {
  if (hints.columnNames === undefined) {
    if (!isUtf8(firstLine(facts.head))) refuseEncoding(facts.path)
    return { header: distinctNames(first), headerLines: 1 }
  }
  const header = hints.columnNames.find((names) => names.length === first.length)
  if (header === undefined) {
    const expected = hints.columnNames.map((names) => names.length).join(' or ')
    throw new AppError(
      'bad_mapping',
      {
        en: `${facts.fileName} has ${first.length} columns where ${expected} are named`,
        zh: `${facts.fileName} 有 ${first.length} 列，而映射命名了 ${expected} 列`,
      },
      { where: 'columnNames', expected, received: String(first.length) },
    )
  }
  // Every row has a number or a date; a line of words alone is a header that the mapping does not need.
  return { header, headerLines: first.some((cell) => /\d/.test(cell)) ? 0 : 1 }
}

function distinctNames(cells: readonly string[]): string[] {
  const seen = new Map<string, number>()
  return cells.map((cell, index) => {
    const name = cell.trim() === '' ? `column ${index + 1}` : cell.trim()
    const count = (seen.get(name) ?? 0) + 1
    seen.set(name, count)
    return count === 1 ? name : `${name} (${count})`
  })
}

function listKeys(facts: FileFacts, text: string): string[] {
  const keys = new Set<string>()
  let isAnyObject = false
  for (const line of text.split('\n', 1000)) {
    try {
      const value: unknown = JSON.parse(line)
      if (typeof value !== 'object' || value === null) continue
      isAnyObject = true
      for (const key of Object.keys(value)) keys.add(key)
    } catch {
      // A broken line names no columns; as a row it is set aside when it is read.
    }
  }
  if (!isAnyObject) refuseSpreadJson(facts.path)
  return [...keys]
}
