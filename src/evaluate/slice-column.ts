import type { Bilingual } from '../core/language.ts'

/** A label of each test row, by which they are judged apart; empty where there is none. */
export type SliceColumn = {
  readonly name: Bilingual
  readonly labels: readonly string[]
  /** Labels in words; one that is not named stands for itself. */
  readonly words?: Readonly<Record<string, Bilingual>>
}
