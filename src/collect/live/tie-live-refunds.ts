import type { Database } from '../../database/database.ts'
import { sqlFile } from '../../database/sql-file.ts'
import { type TieCandidate, tieRefunds } from '../refund-ties.ts'
import type { LiveLine } from './live-rows.ts'

const selectCandidates = sqlFile(import.meta.url, '../sql/live-tie-candidates.sql')

type CandidateRow = {
  readonly person: string
  readonly item_id: string
  readonly at_ms: number
  readonly is_refund: number
  readonly event_id: string
  readonly order_id: string
  readonly quantity: number
  readonly price: number
  readonly row_number: number
  readonly line_index: number
  readonly refund_of: string
}
type Candidate = TieCandidate & { readonly key: string; readonly atMs: number }
export type OwnedLine = LiveLine & { readonly profileId: string }
/** A line with all that is told of it when it is stored. */
export type MarkedLine = OwnedLine & { readonly refundOf: string; readonly extraMarks: readonly string[] }

/**
 * The purchase that each refund among the lines takes back, by the refund's `tieKey`. Purchases come from what is stored
 * of the person and from the lines themselves; a refund that arrives before its purchase stays untied.
 */
export async function tieLiveRefunds(
  database: Database,
  lines: readonly OwnedLine[],
): Promise<ReadonlyMap<string, string>> {
  const refunds = lines.filter(({ line }) => line.kind === 'refund' && isTieable(line))
  if (refunds.length === 0) return new Map()
  const wanted = new Set(refunds.map(groupKey))
  const stored = await database.query<CandidateRow>(selectCandidates, {
    parameters: {
      people: [...new Set(refunds.map(({ profileId }) => profileId))],
      items: [...new Set(refunds.map(({ line }) => line.itemId))],
    },
  })
  const own = new Set(lines.map(tieKey))
  const candidates = [
    // After a crash midway, some of the lines may be stored already.
    ...stored.map(fromRow).filter((each) => wanted.has(each.key) && !own.has(tieKeyOf(each))),
    ...lines.filter((each) => isTrade(each) && wanted.has(groupKey(each))).map(fromLine),
  ].sort((a, b) => a.atMs - b.atMs || Number(a.isRefund) - Number(b.isRefund))
  const groups = Map.groupBy(candidates, ({ key }) => key)
  const ties = [...groups.values()].flatMap((group) => tieRefunds(group))
  return new Map(ties.map(({ refund, refundOf }) => [tieKeyOf(refund), refundOf]))
}

export function tieKey({ line, rowNumber }: LiveLine): string {
  return `${rowNumber}/${line.lineIndex}`
}

function tieKeyOf({ rowNumber, lineIndex }: TieCandidate): string {
  return `${rowNumber}/${lineIndex}`
}

function isTieable({ itemId, lineType }: LiveLine['line']): boolean {
  return itemId !== '' && lineType === 'product'
}

function isTrade({ line }: LiveLine): boolean {
  return (line.kind === 'purchase' || line.kind === 'refund') && isTieable(line)
}

function groupKey({ profileId, line }: OwnedLine): string {
  return `${profileId}\n${line.itemId}`
}

function fromLine(owned: OwnedLine): Candidate {
  const { line, rowNumber } = owned
  const { eventId, orderId, quantity, price, lineIndex, atMs } = line
  const isRefund = line.kind === 'refund'
  const place = { rowNumber, lineIndex, atMs, key: groupKey(owned) }
  return { ...place, isRefund, eventId, orderId, quantity, price, refundOf: '', isStored: false }
}

function fromRow(row: CandidateRow): Candidate {
  return {
    key: `${row.person}\n${row.item_id}`,
    atMs: row.at_ms,
    isRefund: row.is_refund === 1,
    eventId: row.event_id,
    orderId: row.order_id,
    quantity: row.quantity,
    price: row.price,
    refundOf: row.refund_of,
    isStored: true,
    rowNumber: row.row_number,
    lineIndex: row.line_index,
  }
}
