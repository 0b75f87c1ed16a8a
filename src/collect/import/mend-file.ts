import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { type FileFacts, toReadError } from './inspect-file.ts'
import { keptBytes, type Line, readLines } from './read-lines.ts'
import type { TableShape } from './sniff-table.ts'

/** What the program itself writes among a file's cells. */
export type Marks = {
  /** Begins a row that stands for a line that is none; the line's beginning follows. */
  readonly broken: string
  readonly tooLong: string
  /** Stands for a cell that is not there. */
  readonly absent: string
}

/** No file can hold these: each holds the checksum of all of it. */
export function marksOf(checksum: string): Marks {
  return { broken: `broken ${checksum} `, tooLong: `long ${checksum} `, absent: `absent ${checksum}` }
}

const maxSpanLines = 1000
const maxSpanBytes = 1 << 20

/**
 * Writes a copy of a delimited text in which each line that breaks the table (a quote that never ends, text after a
 * closing quote, 8 MiB and more) is one marked row, so that it costs only itself: the engine's reader refuses the
 * whole file for one, or takes what follows into a single cell. Row numbers stay what they were.
 */
export async function mendFile(
  facts: FileFacts,
  shape: TableShape,
  target: string,
  signal?: AbortSignal,
): Promise<void> {
  const marks = marksOf(facts.checksum)
  const mend = shape.kind === 'csv' ? createQuoteMender(shape, marks) : passLines(marks)
  const source = { path: facts.path, compression: facts.compression, ...(signal && { signal }) }
  try {
    await pipeline(mendedText(readLines(source), mend), createWriteStream(target, { mode: 0o600 }))
  } catch (error) {
    throw toReadError(facts.path, facts.compression, error)
  }
}

async function* mendedText(batches: AsyncIterable<readonly Line[]>, mend: Mender): AsyncGenerator<Buffer> {
  const newline = Buffer.from('\n')
  const join = (rows: Iterable<Buffer>) => Buffer.concat([...rows].flatMap((row) => [row, newline]))
  for await (const lines of batches) yield join(mend(lines))
  yield join(mend(undefined))
}

/** Called with each batch of lines and once with undefined at the end; gives the rows that are complete. */
type Mender = (lines: readonly Line[] | undefined) => Iterable<Buffer>

function passLines(marks: Marks): Mender {
  return function* (lines) {
    for (const line of lines ?? []) yield line.isTooLong ? markLine(line, marks) : line.bytes
  }
}

/**
 * Gathers the lines of a record until its quotes are closed and its cells are as many as the columns; when that cannot
 * be, only its first line is broken and those after it are read afresh.
 */
function createQuoteMender({ delimiter, header }: TableShape & { kind: 'csv' }, marks: Marks): Mender {
  let open: Line[] = []
  function* add(line: Line): Iterable<Buffer> {
    if (line.isTooLong) {
      while (open.length > 0) yield* giveUp()
      yield quoteCell(markLine(line, marks))
      return
    }
    open.push(line)
    // Without a quote on it, a line cannot close what an earlier one opened.
    if (open.length > 1 && !line.bytes.includes(34)) {
      if (open.length >= maxSpanLines || sizeOf(open) > maxSpanBytes) yield* giveUp()
      return
    }
    const record = joinLines(open)
    const { state, cellCount } = checkQuotes(record.toString('latin1'), delimiter)
    const isBroken = state === 'broken' || (open.length > 1 && cellCount !== header.length)
    if (state === 'open') return
    if (isBroken) yield* giveUp()
    else {
      open = []
      yield record
    }
  }
  function* giveUp(): Iterable<Buffer> {
    const [first, ...others] = open
    open = []
    if (first !== undefined) yield quoteCell(markLine(first, marks))
    for (const line of others) yield* add(line)
  }
  return function* (lines) {
    for (const line of lines ?? []) yield* add(line)
    while (lines === undefined && open.length > 0) yield* giveUp()
  }
}

function sizeOf(lines: readonly Line[]): number {
  return lines.reduce((sum, line) => sum + line.bytes.length, 0)
}

function joinLines(lines: readonly Line[]): Buffer {
  if (lines.length === 1 && lines[0] !== undefined) return lines[0].bytes
  return Buffer.concat(
    lines.flatMap((line, index) => (index === 0 ? [line.bytes] : [Buffer.from('\n'), line.bytes])),
  )
}

/** Whether every quoted cell of a record ends where a cell may end. Latin-1: one character a byte. */
function checkQuotes(
  record: string,
  delimiter: string,
): { readonly state: 'closed' | 'open' | 'broken'; readonly cellCount: number } {
  let [offset, cellCount] = [0, 0]
  for (;;) {
    cellCount += 1
    if (record[offset] === '"') {
      const end = findClosingQuote(record, offset + 1)
      if (end === undefined) return { state: 'open', cellCount }
      if (end + 1 >= record.length) return { state: 'closed', cellCount }
      if (record[end + 1] !== delimiter) return { state: 'broken', cellCount }
      offset = end + 2
    } else {
      const next = record.indexOf(delimiter, offset)
      if (next < 0) return { state: 'closed', cellCount }
      offset = next + 1
    }
  }
}

function findClosingQuote(record: string, from: number): number | undefined {
  for (let offset = record.indexOf('"', from); offset >= 0; offset = record.indexOf('"', offset + 2)) {
    if (record[offset + 1] !== '"') return offset
  }
  return undefined
}

function markLine(line: Line, marks: Marks): Buffer {
  const mark = Buffer.from(line.isTooLong ? marks.tooLong : marks.broken)
  return Buffer.concat([mark, line.bytes.subarray(0, keptBytes)])
}

function quoteCell(cell: Buffer): Buffer {
  return Buffer.from(`"${cell.toString('latin1').replaceAll('"', '""')}"`, 'latin1')
}
