import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { AppError } from '../../src/core/errors.ts'

/** One customer's purchase days (whole days since 1970, ascending, each once) and what was spent on each. */
export type CustomerPurchases = {
  readonly id: string
  readonly days: readonly number[]
  readonly amounts: readonly number[]
}

/** Column names of a CSV file. */
export type TransactionColumns = { readonly id: string; readonly date: string; readonly amount: string }

type Transaction = { readonly id: string; readonly day: number; readonly amount: number }

/**
 * Reads transactions, plain or gzipped. Without column names: CDNOW's white-space table, id [sample id] date units
 * dollars, told apart by the number of columns. With them: a CSV with a header. Purchases of one customer on one day
 * count once, as in the papers.
 * @throws AppError 'bad_file' that names the first line that does not fit.
 */
export function readTransactions(file: string, columns?: TransactionColumns): CustomerPurchases[] {
  const bytes = readFileSync(file)
  const text = (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('utf8')
  const lines = text.split(/\r?\n/)
  const transactions = columns === undefined ? parseTable(lines, file) : parseCsv(lines, columns, file)
  return mergeDays(transactions)
}

function parseTable(lines: readonly string[], file: string): Transaction[] {
  const transactions: Transaction[] = []
  for (const [index, line] of lines.entries()) {
    const cells = line.trim().split(/\s+/)
    if (cells.length === 1 && cells[0] === '') continue
    const day = parseDay(cells[cells.length - 3] ?? '')
    const amount = Number(cells[cells.length - 1])
    if (index === 0 && day === undefined) continue
    if ((cells.length !== 4 && cells.length !== 5) || day === undefined || !Number.isFinite(amount))
      throw badLine(file, index, 'id [sample id] yyyymmdd units dollars', line)
    transactions.push({ id: cells[0] ?? '', day, amount })
  }
  return transactions
}

function parseCsv(lines: readonly string[], columns: TransactionColumns, file: string): Transaction[] {
  const header = splitCsv(lines[0] ?? '')
  const [idAt, dateAt, amountAt] = [columns.id, columns.date, columns.amount].map((name) => {
    const position = header.indexOf(name)
    if (position === -1) throw badLine(file, 0, `a column '${name}'`, header.join(', '))
    return position
  })
  const transactions: Transaction[] = []
  for (const [index, line] of lines.entries()) {
    if (index === 0 || line === '') continue
    const cells = splitCsv(line)
    const day = parseDay(cells[dateAt ?? 0] ?? '')
    const amount = Number(cells[amountAt ?? 0])
    if (day === undefined || !Number.isFinite(amount))
      throw badLine(file, index, 'a date and an amount', line)
    const id = cells[idAt ?? 0] ?? ''
    if (id !== '') transactions.push({ id, day, amount })
  }
  return transactions
}

function splitCsv(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  )
}

/** Days since 1970 of yyyymmdd or an ISO date; a time of day is dropped. */
function parseDay(text: string): number | undefined {
  const match = /^(\d{4})-?(\d{2})-?(\d{2})(?:\D|$)/.exec(text)
  if (match === null) return undefined
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])]
  const date = new Date(Date.UTC(year, month - 1, day))
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day
    ? date.getTime() / 86_400_000
    : undefined
}

function badLine(file: string, index: number, expected: string, received: string): AppError {
  return new AppError('bad_file', `a line of the transactions does not fit`, {
    expected,
    received: received.slice(0, 100),
    where: `${file}, line ${index + 1}`,
  })
}

function mergeDays(transactions: readonly Transaction[]): CustomerPurchases[] {
  const customers = Map.groupBy(transactions, ({ id }) => id)
  return [...customers].map(([id, rows]) => {
    const spentOn = new Map<number, number>()
    for (const { day, amount } of rows) spentOn.set(day, (spentOn.get(day) ?? 0) + amount)
    const days = [...spentOn.keys()].sort((a, b) => a - b)
    return { id, days, amounts: days.map((day) => spentOn.get(day) ?? 0) }
  })
}
