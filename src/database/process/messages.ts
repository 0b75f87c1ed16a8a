import type { ErrorData } from '../../core/error-data.ts'
import type { Database } from '../database.ts'

/** What a database is, for those who are told at the beginning. */
export type DatabaseTraits = Pick<Database, 'kind' | 'clusterName' | 'streamFolder'>

/** What the other process asks for; `id` ties answers to it. Signals go as `stop`. */
export type DatabaseRequest =
  | { readonly id: number; readonly kind: 'call'; readonly method: Method; readonly args: readonly unknown[] }
  | { readonly id: number; readonly kind: 'stream'; readonly sql: string; readonly options: object }
  /** The next batch of a stream; `leave` ends it before its end. */
  | { readonly id: number; readonly kind: 'next' | 'leave' }
  /** Waits for its turn and holds it until `release`. */
  | { readonly id: number; readonly kind: 'turn'; readonly name: string }
  | { readonly id: number; readonly kind: 'release' | 'stop' }

export type DatabaseAnswer =
  | { readonly id: number; readonly kind: 'value'; readonly value?: unknown }
  | { readonly id: number; readonly kind: 'end' }
  | { readonly id: number; readonly kind: 'error'; readonly error: ErrorData }

/** The methods of the port that are asked and answered once. */
export type Method = 'query' | 'execute' | 'executeOnEveryNode' | 'insert' | 'exportTo' | 'loadFile'
