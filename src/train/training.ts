import type { Bilingual } from '../core/language.ts'
import type { Database } from '../database/database.ts'
import type { Evaluation } from '../evaluate/evaluation.ts'
import type { DecisionCosts } from '../math/metrics/decision-cost.ts'
import type { Random } from '../math/random.ts'
import type { PersonNeeds } from '../profiles/needs.ts'
import type { Score } from '../profiles/score.ts'
import type { Effort, TuneBudget } from './contenders.ts'
import type { LearnedRows } from './fit-record.ts'
import type { RowSource } from './row-source.ts'

/** What every model is trained with. */
export type Training = {
  readonly database: Database
  readonly rows: RowSource
  /** The cut that people are scored at. */
  readonly asOfMs: number
  readonly firstMs: number
  readonly timeZone: string
  readonly random: Random
  readonly signal: AbortSignal | undefined
  /** Milliseconds of a clock that only runs forward. */
  readonly clock: () => number
  readonly effort: Effort
  readonly budget: TuneBudget
  /** What wrong decisions cost; undefined where nothing is said of it. */
  readonly costs: DecisionCosts | undefined
  /** Told what is being done within a stage. */
  readonly tell: (part: Bilingual) => void
}

/** A model fitted on all that has an outcome, its judgement on a time it had not seen, and what it says of everyone. */
export type TrainedModel = {
  readonly name: string
  readonly version: string
  /** Plain data, as the model's folder reads it back. */
  readonly model: object
  readonly evaluation?: Evaluation
  readonly learnedFrom?: LearnedRows
  /** Versions of fits whose answers this one reads. */
  readonly parents?: readonly string[]
  /** A rule that answers where no fit is worth having; a fit where undefined. */
  readonly kind?: 'fit' | 'rule'
  /** Parts that are bytes, by name (an ONNX graph). */
  readonly parts?: Readonly<Record<string, Uint8Array>>
  readonly scores: readonly Score[]
  /** Of a model of single items and categories, instead of scores. */
  readonly needs?: readonly PersonNeeds[]
}

/** Names one fit: a score carries it, and the registry finds the evaluation by it. */
export function versionOf(name: string, asOfMs: number): string {
  return `${name}@${new Date(asOfMs).toISOString()}`
}
