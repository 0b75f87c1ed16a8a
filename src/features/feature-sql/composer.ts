import type { HistorySource } from '../../database/history-source.ts'
import { featureDefinitions } from '../definitions.ts'
import type { FeatureDefinition } from '../feature.ts'
import { createParameterBinder, type ParameterBinder } from '../feature-parameters.ts'
import type { FittedConstants } from '../fitted-constants.ts'

export type FeatureQueryOptions = {
  readonly asOfMs: number
  readonly timeZone: string
  readonly history: HistorySource
  readonly topicsVersion?: string
  readonly profileIds?: readonly string[]
}

/**
 * Reads of the history, each with one row per profile: `line` every line (who exists); `trade` lines of purchases and
 * refunds; `order` the same folded by order; `item` pairs of profile and item; `content` lines beside what is known of
 * their item. A feature is computed in the narrowest that holds what it reads.
 */
export type Scan = 'line' | 'trade' | 'order' | 'item' | 'content'

export type Composer = ParameterBinder & {
  readonly constants: FittedConstants
  readonly options: FeatureQueryOptions
  readonly definitions: ReadonlyMap<string, FeatureDefinition>
  /** Per scan: aggregate → column; features that need the same aggregate share its column. */
  readonly states: Readonly<Record<Scan, Map<string, string>>>
  /** The conditions that the item scan counts by → column. */
  readonly pairCounts: Map<string, string>
  /** What the content scan has to read. */
  readonly contentConditions: Set<string>
  /** Feature → expression over states and earlier features. */
  readonly values: Map<string, string>
}

export function createComposer(
  definitions: readonly FeatureDefinition[],
  constants: FittedConstants,
  options: FeatureQueryOptions,
): Composer {
  return {
    ...createParameterBinder(),
    constants,
    options,
    definitions: new Map([...featureDefinitions, ...definitions].map((each) => [each.name, each])),
    states: { line: new Map(), trade: new Map(), order: new Map(), item: new Map(), content: new Map() },
    pairCounts: new Map(),
    contentConditions: new Set(),
    values: new Map(),
  }
}

/** The column that holds an aggregate; equal aggregates share one. */
export function stateColumn(states: Map<string, string>, prefix: string, sql: string): string {
  const known = states.get(sql)
  if (known !== undefined) return known
  const column = `${prefix}_${states.size}`
  states.set(sql, column)
  return column
}
