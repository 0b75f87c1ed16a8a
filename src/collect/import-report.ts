import { sqlFile } from '../database/sql-file.ts'
import type { MoneyFences } from './import/prepare-import.ts'
import type { Staging } from './import/staging.ts'

const reportRead = sqlFile(import.meta.url, './sql/report-read.sql')
const reportRows = sqlFile(import.meta.url, './sql/report-rows.sql')
const reportStored = sqlFile(import.meta.url, './sql/report-stored.sql')
const reportItems = sqlFile(import.meta.url, './sql/report-items.sql')
const reportPeople = sqlFile(import.meta.url, './sql/report-people.sql')

/** What an import did with a file. Every row is stored, a duplicate or quarantined: the three add up to `rowCount`. */
export type ImportReport = {
  readonly importId: string
  readonly fileName: string
  /** The name of the format or of the mapping. */
  readonly format: string
  /** True when this very file was imported before in the same way; then nothing was stored. */
  readonly isAlreadyImported: boolean
  /** `data_row`: row 1 is the first below the header. `line`: row 1 is the first line of the file. */
  readonly rowNumbers: 'data_row' | 'line'
  readonly rowCount: number
  readonly storedCount: number
  readonly duplicateCount: number
  readonly quarantinedCount: number
  /** Rows by reason. */
  readonly quarantined: Readonly<Record<string, number>>
  /** Rows that an earlier row of the file says (`repeat`) or an earlier import stored (`stored`). */
  readonly duplicates: Readonly<Record<string, number>>
  /** Lines stored after a harmless change: `trimmed`, `id_form`, `no_id`, `number_form`, `stock_note`. */
  readonly fixed: Readonly<Record<string, number>>
  readonly asRead: CountsAsRead
  readonly asStored: CountsAsStored
  readonly items: ItemCounts
  readonly traitCount: number
  readonly identityCount: number
  /** Beyond these a sold line is marked as an outlier; 0 where there was too little to tell. */
  readonly outlierFences: {
    readonly quantityHigh: number
    readonly priceHigh: number
    readonly priceLow: number
  }
  readonly durationMs: number
}

/** Of every row that could be read, repeats included. */
type CountsAsRead = {
  readonly rowCount: number
  readonly withoutCustomerCount: number
  readonly cancellationCount: number
  readonly nonPositiveQuantityCount: number
  readonly negativePriceCount: number
  readonly zeroPriceCount: number
  readonly withoutDescriptionCount: number
  readonly orderCount: number
  readonly customerCount: number
  readonly itemCount: number
  /** Sum of quantity · price with the signs of the file. */
  readonly amount: number
}

type CountsAsStored = {
  readonly lineCount: number
  readonly orderCount: number
  readonly profileCount: number
  readonly customerCount: number
  readonly itemCount: number
  /** Lines of nobody: no customer and no device. */
  readonly nobodyCount: number
  /** Refund lines whose purchase was found, and those of goods whose was not. */
  readonly tiedCount: number
  readonly untiedCount: number
  readonly purchaseAmount: number
  readonly refundAmount: number
  readonly fromMs: number
  readonly toMs: number
  readonly byKind: Readonly<Record<string, number>>
  /** Of order lines. */
  readonly byLineType: Readonly<Record<string, number>>
  readonly byMark: Readonly<Record<string, number>>
}

type ItemCounts = {
  readonly count: number
  readonly withoutNameCount: number
  readonly withoutDescriptionCount: number
  readonly withoutPriceCount: number
}

export type ReportHead = Pick<ImportReport, 'fileName' | 'format' | 'rowNumbers' | 'rowCount'> & {
  readonly fences: MoneyFences
  readonly durationMs: number
}

type PartRow = { readonly part: string; readonly name: string; readonly count: number }

/** Counts what was prepared. Throws when the rows do not add up: then the program is wrong, and nothing may be stored. */
export async function buildReport(staging: Staging, head: ReportHead): Promise<ImportReport> {
  const { fences, ...rest } = head
  const parts = await staging.query<PartRow>(reportRows)
  const countsOf = (part: string) =>
    Object.fromEntries(parts.filter((row) => row.part === part).map((row) => [row.name, row.count]))
  const totalOf = (part: string) => Object.values(countsOf(part)).reduce((sum, count) => sum + count, 0)
  const stored = await readOne<Omit<CountsAsStored, 'byKind' | 'byLineType' | 'byMark'>>(
    staging,
    reportStored,
  )
  const report: ImportReport = {
    importId: staging.importId,
    ...rest,
    isAlreadyImported: false,
    storedCount: totalOf('stored'),
    duplicateCount: totalOf('duplicate'),
    quarantinedCount: totalOf('quarantined'),
    quarantined: countsOf('quarantined'),
    duplicates: countsOf('duplicate'),
    fixed: countsOf('fixed'),
    asRead: await readOne(staging, reportRead),
    asStored: {
      ...stored,
      byKind: countsOf('kind'),
      byLineType: countsOf('line_type'),
      byMark: countsOf('mark'),
    },
    items: await readOne(staging, reportItems),
    ...(await readOne<{ traitCount: number; identityCount: number }>(staging, reportPeople)),
    outlierFences: {
      quantityHigh: fences.quantity_high,
      priceHigh: fences.price_high,
      priceLow: fences.price_low,
    },
  }
  checkSum(report)
  return report
}

async function readOne<Row>(staging: Staging, sql: string): Promise<Row> {
  const [row] = await staging.query<Row>(sql)
  if (row === undefined) throw new Error('a count gave no row')
  return row
}

function checkSum({ rowCount, storedCount, duplicateCount, quarantinedCount }: ImportReport): void {
  if (rowCount === storedCount + duplicateCount + quarantinedCount) return
  throw new Error(
    `${rowCount} rows were read, but ${storedCount} stored + ${duplicateCount} duplicate + ${quarantinedCount} quarantined`,
  )
}
