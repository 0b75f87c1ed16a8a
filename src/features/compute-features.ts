import type { Database } from '../database/database.ts'
import type { FeatureDefinition } from './feature.ts'
import type { FeatureTable } from './feature-table.ts'

export type FeatureOptions = {
  /** The cut: events at or before it count. */
  readonly asOfMs: number
  /** IANA name; windows and calendar features are of this zone. */
  readonly timeZone: string
  /** The version of the topics in item_tags (model `topics`); without one, topic features are left out. */
  readonly topicsVersion?: string
  /** Undefined: everyone with an event at or before the cut. */
  readonly profileIds?: readonly string[]
  /** Undefined: all of them. */
  readonly definitions?: readonly FeatureDefinition[]
  readonly signal?: AbortSignal
}

/** The features of everyone (or of the given people) as of a cut, in one read of the history before it. */
export async function computeFeatures(_database: Database, _options: FeatureOptions): Promise<FeatureTable> {
  throw new Error('not yet')
}
