import type { Database } from '../database/database.ts'

/** What people did in the time after a cut, aligned with the profile ids that were asked for. */
export type Labels = {
  /** 1 when they bought a product, else 0. */
  readonly hasBought: Uint8Array
  readonly orderCount: Float64Array
  readonly units: Float64Array
  readonly spend: Float64Array
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

/** Reads purchases and refunds of products in the window; events of bots are left out, outliers stay as they are. */
export async function computeLabels(_database: Database, _options: LabelsOptions): Promise<Labels> {
  throw new Error('not yet')
}
