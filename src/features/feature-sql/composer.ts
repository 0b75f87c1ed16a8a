import type { HistorySource } from '../../database/history-source.ts'
import { featureDefinitions } from '../definitions.ts'
import type { FeatureDefinition } from '../feature.ts'
import { createParameterBinder, type ParameterBinder } from '../feature-parameters.ts'
import type { FittedConstants } from '../fitted-constants.ts'
import type { PeopleShare } from '../people-shares.ts'

export type FeatureQueryOptions = {
  readonly asOfMs: number
  readonly timeZone: string
  readonly history: HistorySource
  readonly topicsVersion?: string
  /** The version of what models say of texts; without one no text has a topic or a sentiment. */
  readonly textVersion?: string
  /** Undefined: everyone, or everyone of the share. */
  readonly profileIds?: readonly string[]
  readonly share?: PeopleShare
}

/**
 * Reads of the history, each with one row per profile: `line` every line (who exists); `trade` lines of purchases and
 * refunds; `order` the same folded by order; `visit` every line folded by visit; `item` pairs of profile and item; `content`
 * lines beside what is known of their item; `text` lines beside what is said of their words; `trait` what was stated of
 * people. A feature is computed in the narrowest that holds what it reads.
 */
export type Scan = 'line' | 'trade' | 'order' | 'visit' | 'item' | 'content' | 'text' | 'trait'

export type Composer = ParameterBinder & {
  readonly constants: FittedConstants
  readonly options: FeatureQueryOptions
  readonly definitions: ReadonlyMap<string, FeatureDefinition>
  /** Per scan: aggregate → column; features that need the same aggregate share its column. */
  readonly states: Readonly<Record<Scan, Map<string, string>>>
  /** What the item scan sums up for each pair of profile and item → column. */
  readonly pairStates: Map<string, string>
  /** What the item, the content and the text scan have to read. */
  readonly pairConditions: Set<string>
  readonly contentConditions: Set<string>
  readonly textConditions: Set<string>
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
    states: {
      line: new Map(),
      trade: new Map(),
      order: new Map(),
      visit: new Map(),
      item: new Map(),
      content: new Map(),
      text: new Map(),
      trait: new Map(),
    },
    pairStates: new Map(),
    pairConditions: new Set(),
    contentConditions: new Set(),
    textConditions: new Set(),
    values: new Map(),
  }
}

/** That an id is of somebody who is asked for; undefined where everyone is. */
export function composeAsked({ bind, options }: Composer, id: string): string | undefined {
  if (options.profileIds !== undefined) return `${id} IN ${bind(options.profileIds, 'Array(String)')}`
  if (options.share === undefined) return undefined
  const { from, until } = options.share
  const bounds = [
    from === undefined ? [] : [`${id} >= ${bind(from, 'String')}`],
    until === undefined ? [] : [`${id} < ${bind(until, 'String')}`],
  ].flat()
  return bounds.length === 0 ? undefined : `(${bounds.join(' AND ')})`
}

/** The column that holds an aggregate; equal aggregates share one. */
export function stateColumn(states: Map<string, string>, prefix: string, sql: string): string {
  const known = states.get(sql)
  if (known !== undefined) return known
  const column = `${prefix}_${states.size}`
  states.set(sql, column)
  return column
}
