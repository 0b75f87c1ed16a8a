import type { Database } from '../database/database.ts'
import { findHistorySource } from '../database/history-source.ts'
import { sqlFile } from '../database/sql-file.ts'

const selectLabels = sqlFile(import.meta.url, './sql/labels.sql')
const dayMs = 86_400_000

/** What people did in the time after a cut, aligned with the profile ids that were asked for. */
export type Labels = {
  /** 1 when they bought a product, else 0. */
  readonly hasBought: Uint8Array
  readonly orderCount: Float64Array
  readonly units: Float64Array
  readonly spend: Float64Array
  /** Bought and, by the end of the window, not taken back: an order cancelled within minutes was never needed. */
  readonly keptUnits: Float64Array
  readonly keptSpend: Float64Array
  /** What was taken back in the same time, whenever it was bought. */
  readonly refundedUnits: Float64Array
  readonly refundedAmount: Float64Array
}

export type LabelsOptions = {
  /** A person without a purchase after the cut gets zeros. */
  readonly profileIds: readonly string[]
  readonly cutMs: number
  /** Days of 24 hours: the window is (cut, cut + horizon]. */
  readonly horizonDays: number
  readonly signal?: AbortSignal
}

type Row = {
  readonly profile_id: string
  readonly order_count: number
  readonly units: number
  readonly spend: number
  readonly kept_units: number
  readonly kept_spend: number
  readonly refunded_units: number
  readonly refunded_amount: number
}

/** Reads purchases and refunds of products in the window; events of bots are left out, outliers stay as they are. */
export async function computeLabels(database: Database, options: LabelsOptions): Promise<Labels> {
  const { profileIds, cutMs, horizonDays, signal } = options
  const column = () => new Float64Array(profileIds.length)
  const labels: Labels = {
    hasBought: new Uint8Array(profileIds.length),
    orderCount: column(),
    units: column(),
    spend: column(),
    keptUnits: column(),
    keptSpend: column(),
    refundedUnits: column(),
    refundedAmount: column(),
  }
  const positions = new Map(profileIds.map((id, position) => [id, position]))
  const history = await findHistorySource(database)
  const parameters = { cut_ms: cutMs, until_ms: cutMs + horizonDays * dayMs, history }
  for await (const rows of database.stream<Row>(selectLabels, { parameters, ...(signal && { signal }) })) {
    for (const row of rows) {
      const position = positions.get(row.profile_id)
      if (position !== undefined) setLabels(labels, position, row)
    }
  }
  return labels
}

function setLabels(labels: Labels, position: number, row: Row): void {
  labels.hasBought[position] = row.order_count > 0 ? 1 : 0
  labels.orderCount[position] = row.order_count
  labels.units[position] = row.units
  labels.spend[position] = row.spend
  labels.keptUnits[position] = row.kept_units
  labels.keptSpend[position] = row.kept_spend
  labels.refundedUnits[position] = row.refunded_units
  labels.refundedAmount[position] = row.refunded_amount
}
