export type Delimiter = ',' | ';' | '\t' | '|' | 'whitespace'

/** The first records of a delimited text as cells (RFC 4180: quotes double, cells may span lines); blank lines are none. */
export function splitRecords(text: string, delimiter: Delimiter, limit: number): string[][] {
  if (delimiter === 'whitespace') {
    const lines = text.split('\n', limit * 2).map((line) => line.trim())
    const records = lines.filter((line) => line !== '').map((line) => line.split(/\s+/))
    return records.slice(0, limit)
  }
  const records: string[][] = []
  let offset = 0
  while (offset < text.length && records.length < limit) {
    const { cells, next } = readRecord(text, offset, delimiter)
    offset = next
    if (cells.length > 1 || cells[0]?.trim() !== '') records.push(cells)
  }
  return records
}

function readRecord(text: string, from: number, delimiter: string): { cells: string[]; next: number } {
  const cells: string[] = []
  let offset = from
  for (;;) {
    const { cell, next } =
      text[offset] === '"' ? readQuoted(text, offset) : readPlain(text, offset, delimiter)
    cells.push(cell)
    if (text[next] !== delimiter) return { cells, next: endOfLine(text, next) }
    offset = next + 1
  }
}

function readQuoted(text: string, from: number): { cell: string; next: number } {
  let end = from + 1
  for (;;) {
    end = text.indexOf('"', end)
    if (end < 0) return { cell: text.slice(from + 1), next: text.length }
    if (text[end + 1] !== '"') break
    end += 2
  }
  return { cell: text.slice(from + 1, end).replaceAll('""', '"'), next: end + 1 }
}

function readPlain(text: string, from: number, delimiter: string): { cell: string; next: number } {
  let next = from
  while (next < text.length && text[next] !== delimiter && text[next] !== '\n' && text[next] !== '\r') next++
  return { cell: text.slice(from, next), next }
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end + 1
}
