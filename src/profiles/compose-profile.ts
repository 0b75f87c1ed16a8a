import type { Identity } from '../core/identity.ts'
import type { ProfileFeatures } from '../features/load-features.ts'
import type { LearnedParts } from './load-learned.ts'
import type { Profile } from './profile.ts'
import type { ProfileRecord } from './profile-record.ts'
import type { TraitFact } from './trait-facts.ts'

const affinityLimit = 10
/** Shares that tell tastes, not habits of time. */
const affinityKinds = /^(bought|viewed|favourite|price|searched|reviewed)_|_interest$/

export type ProfileParts = {
  readonly record: Pick<ProfileRecord, 'profileId' | 'version' | 'consents' | 'updatedAtMs'>
  /** Those that hold. */
  readonly traits: readonly TraitFact[]
  readonly features: ProfileFeatures
  readonly identities: readonly Identity[]
  readonly learned: LearnedParts | undefined
  /** 0 for somebody of whom only facts were stated. */
  readonly lastEventMs: number
}

/** Puts the parts of a profile together, each with how fresh it is. */
export function composeProfile(parts: ProfileParts): Profile {
  const { record, traits, features, identities, learned, lastEventMs } = parts
  const { country } = features.labels
  return {
    id: record.profileId,
    version: record.version,
    asOf: writeTime(features.asOfMs),
    orderCount: features.numbers.order_count ?? 0,
    spend: roundOff(features.numbers.spend ?? 0),
    ...(country ? { country } : {}),
    identities,
    traits: traits.map(({ name, value, source, purpose, atMs }) => ({
      ...{ name, value, source, purpose },
      at: writeTime(atMs),
    })),
    consents: record.consents.map(({ category, isGranted, atMs }) => ({
      ...{ category, isGranted },
      at: writeTime(atMs),
    })),
    features: { ...features.labels, ...roundAll(features.numbers) },
    affinities: affinitiesOf(features),
    ...(learned?.interestGroup && { interestGroup: learned.interestGroup }),
    needs: learned?.needs ?? [],
    topNeeds: learned?.topNeeds ?? [],
    propensities: learned?.propensities ?? [],
    lifetime: learned?.lifetime ?? [],
    freshness: {
      updatedAt: writeTime(record.updatedAtMs),
      ...(lastEventMs > 0 && { lastEventAt: writeTime(lastEventMs) }),
      featuresAsOf: writeTime(features.asOfMs),
      ...(traits.length > 0 && { traitsAt: writeTime(Math.max(...traits.map(({ atMs }) => atMs))) }),
      ...(learned && { scoresAsOf: writeTime(learned.asOfMs) }),
    },
  }
}

function writeTime(atMs: number): string {
  return new Date(atMs).toISOString()
}

/** Sums of money in floats are off in the last digits, which nobody is to read. */
function roundOff(value: number): number {
  return Number(value.toPrecision(12))
}

function roundAll(numbers: Readonly<Record<string, number>>): Record<string, number> {
  const rounded: Record<string, number> = {}
  for (const name in numbers) rounded[name] = roundOff(numbers[name] ?? 0)
  return rounded
}

/** The heaviest shares of what was bought, viewed and searched for, and of what is of interest lately. */
function affinitiesOf({ shares }: ProfileFeatures): Profile['affinities'] {
  const kinds = Object.entries(shares).filter(([kind]) => affinityKinds.test(kind))
  return kinds.flatMap(([kind, entries]) =>
    entries.slice(0, affinityLimit).map(({ key, share }) => ({ kind, name: key, weight: roundOff(share) })),
  )
}
