import type { ObservedFeature } from '../feature.ts'
import type { Composer } from './composer.ts'

/** One observed feature while its value is composed. */
export type Observation = {
  readonly composer: Composer
  readonly definition: ObservedFeature
  /** Which lines, orders or visits it reads, as SQL. */
  readonly condition: string
  /** The moment of a line, an order or a visit. */
  readonly time: string
  /** The column of its scan that holds an aggregate. */
  state(sql: string): string
  /** The column with the number of lines, orders or visits, narrowed by a further condition. */
  count(extra?: string): string
}
