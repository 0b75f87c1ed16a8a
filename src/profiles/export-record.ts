import type { ProfileRecord } from './profile-record.ts'
import { currentTraits } from './trait-facts.ts'

/**
 * A record as JSON for the person it is about and for other programs: times as ISO 8601, bytes as Base64. Facts taken
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

/** What JSON has no word for: bytes become Base64, numbers that are not finite become null. */
function toJson(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (Array.isArray(value)) return value.map(toJson)
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, toJson(each)]))
}
