import type { PackedState } from '../features/live-state.ts'
import type { ProfileRecord } from './profile-record.ts'
import { currentTraits } from './trait-facts.ts'

/**
 * A record as JSON for the person it is about and for other programs: times as ISO 8601. Facts taken
 * back are left out, as nothing is known by them.
 */
export function exportRecord(record: ProfileRecord): Readonly<Record<string, unknown>> {
  const { profileId, formatVersion, version, position, traits, consents, state, updatedAtMs } = record
  return {
    profileId,
    formatVersion,
    version,
    updatedAt: isoTime(updatedAtMs),
    position,
    traits: currentTraits(traits).map(({ atMs, ...fact }) => ({ ...fact, at: isoTime(atMs) })),
    consents: consents.map(({ atMs, ...fact }) => ({ ...fact, at: isoTime(atMs) })),
    state: toJson(state),
  }
}

function isoTime(atMs: number): string {
  return new Date(atMs).toISOString()
}

/** What JSON has no word for: numbers that are not finite become null. */
function toJson(state: PackedState): unknown {
  if (typeof state === 'string') return state
  if (typeof state === 'number') return Number.isFinite(state) ? state : null
  return state.map(toJson)
}
