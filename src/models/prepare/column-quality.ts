import type { Bilingual } from '../../core/language.ts'
import type { ColumnKind } from './column-table.ts'
import type { Drift } from './quality/drift.ts'
import type { Knowledge } from './quality/knowledge.ts'

/** What is to be looked at in a column; the figure is the one that decided. */
export type Finding = {
  readonly kind: 'empty' | 'constant' | 'missing' | 'drift' | 'leak' | 'stands-out'
  readonly figure: number
  readonly text: Bilingual
}

export type ColumnQuality = {
  readonly name: string
  readonly kind: ColumnKind
  readonly missingShare: number
  readonly distinctCount: number
  readonly drift?: Drift
  readonly knowledge?: Knowledge
  readonly findings: readonly Finding[]
}
