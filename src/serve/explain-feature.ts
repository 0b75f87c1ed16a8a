import { explainValue, type ReadLine, type ValueExplanation } from '../features/explain-value.ts'
import type { Engine } from './engine.ts'
import { refuseUnknownFeatures } from './feature-names.ts'
import { readProfile } from './read-profiles.ts'
import { type WireLine, writeLine } from './write-line.ts'

/** A feature's value for one person and what it comes from, as it is answered. */
export type FeatureExplanation = Omit<ValueExplanation, 'evidence'> & { readonly evidence: WireEvidence }

type WireEvidence =
  | {
      readonly kind: 'lines'
      readonly per: 'line' | 'order' | 'visit'
      readonly total: number
      readonly order: 'latest_first' | 'earliest_first'
      readonly lines: readonly (WireLine & { readonly reading?: number | string })[]
    }
  | { readonly kind: 'statements'; readonly total: number; readonly statements: readonly WireStatement[] }
  | { readonly kind: 'parts'; readonly parts: readonly FeatureExplanation[] }
type WireStatement = {
  readonly name: string
  readonly value: string
  readonly source: string
  readonly at: string
}

export type ExplainedFeature = {
  readonly profileId: string
  readonly asOf: string
} & FeatureExplanation

type Asked = {
  /** Of any kind. */
  readonly id: string
  readonly feature: string
  /** At most so many lines under each feature that reads events. */
  readonly limit: number
  readonly signal: AbortSignal
}

/**
 * What a feature of somebody's record comes from, as of that record.
 * @throws AppError 'bad_input' for an unknown feature, 'not_found' for an unknown person.
 */
export async function explainFeature(
  { database, profiles, living, features, config }: Engine,
  { id, feature, limit, signal }: Asked,
): Promise<ExplainedFeature> {
  const definitions = features.all()
  refuseUnknownFeatures([feature.replace(/\/.*$/s, '')], { definitions, where: 'feature', kinds: 'any' })
  const { id: profileId, freshness } = await readProfile(profiles, id)
  // Computed as the record was, so that the values are the same.
  const { asOfMs: _, ...fitted } = (await living.lenses.current()).fitted
  const asOf = freshness.featuresAsOf
  const explained = await explainValue(database, {
    profileId,
    feature,
    definitions,
    asOfMs: Date.parse(asOf),
    timeZone: config.timeZone,
    limit,
    signal,
    ...fitted,
  })
  return { profileId, asOf, ...writeExplanation(explained) }
}

function writeExplanation({ evidence, ...rest }: ValueExplanation): FeatureExplanation {
  switch (evidence.kind) {
    case 'lines':
      return { ...rest, evidence: { ...evidence, lines: evidence.lines.map(writeReadLine) } }
    case 'statements': {
      const statements = evidence.statements.map(({ atMs, ...said }) => ({
        ...said,
        at: new Date(atMs).toISOString(),
      }))
      return { ...rest, evidence: { ...evidence, statements } }
    }
    case 'parts':
      return { ...rest, evidence: { kind: 'parts', parts: evidence.parts.map(writeExplanation) } }
    default:
      return evidence satisfies never
  }
}

function writeReadLine({ reading, ...line }: ReadLine): WireLine & { readonly reading?: number | string } {
  return { ...writeLine(line), ...(reading !== undefined && { reading }) }
}
