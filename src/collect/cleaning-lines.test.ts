import { expect, test } from 'vitest'
import { describeCleaning } from './cleaning-lines.ts'
import type { ImportReport } from './import-report.ts'

const report: ImportReport = {
  importId: 'a',
  fileName: 'orders.csv',
  format: 'orders',
  isAlreadyImported: false,
  rowNumbers: 'data_row',
  rowCount: 10,
  storedCount: 7,
  duplicateCount: 2,
  quarantinedCount: 1,
  quarantined: { schema_violation: 1 },
  duplicates: { repeat: 2 },
  fixed: { trimmed: 3 },
  asRead: {
    rowCount: 9,
    withoutCustomerCount: 4,
    cancellationCount: 0,
    nonPositiveQuantityCount: 0,
    negativePriceCount: 0,
    zeroPriceCount: 0,
    withoutDescriptionCount: 0,
    orderCount: 3,
    customerCount: 2,
    itemCount: 2,
    amount: 12,
  },
  asStored: {
    lineCount: 7,
    orderCount: 3,
    profileCount: 2,
    customerCount: 2,
    itemCount: 2,
    nobodyCount: 3,
    tiedCount: 0,
    untiedCount: 0,
    purchaseAmount: 12,
    refundAmount: 0,
    fromMs: 0,
    toMs: 0,
    byKind: { purchase: 7 },
    byLineType: { product: 7 },
    byMark: { my_mark: 1 },
  },
  items: { count: 2, withoutNameCount: 0, withoutDescriptionCount: 0, withoutPriceCount: 0 },
  traitCount: 0,
  identityCount: 2,
  outlierFences: { quantityHigh: 0, priceHigh: 0, priceLow: 0 },
  durationMs: 1,
}

test('what was counted is named in both languages with what was done; what is unknown keeps its own word', () => {
  const lines = describeCleaning(report)
  expect(lines.map(({ name, count, action }) => [action, count, name.en])).toEqual([
    ['fact', 4, 'rows without a customer, kept as anonymous'],
    ['fact', 2, 'items'],
    ['fixed', 3, 'lines with blanks cut off'],
    ['duplicate', 2, 'rows that repeat an earlier row of the file'],
    ['quarantined', 1, 'rows that do not fit: a cell missing, no date, no number'],
    ['marked', 1, 'my_mark'],
    ['stored', 7, 'order lines of products'],
  ])
  expect(lines[0]?.name.zh).toBe('无客户的行（按匿名保留）')
})
