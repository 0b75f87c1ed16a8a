import type { Identity } from '../../core/identity.ts'
import type { LineReadings } from '../enricher.ts'
import type { FoldedBatch, FoldedTrait } from '../profile-fold.ts'
import type { TraitStatement } from '../segment/parsed-call.ts'
import type { Moves, WhoIsWho } from '../who-is-who.ts'
import type { LiveCalls } from './live-rows.ts'
import type { MarkedLine } from './tie-live-refunds.ts'

type Ids = { readonly userId: string; readonly anonymousId: string }

/** Of the ids that calls name, those that nobody has heard of until now. */
export function findUnknown({ lines, traits }: LiveCalls, who: WhoIsWho): ReadonlySet<string> {
  const unknown = new Set<string>()
  const seen = new Set<string>()
  const look = (identity: Identity) => {
    const name = nameOf(identity)
    if (identity.id === '' || seen.has(name)) return
    seen.add(name)
    if (!who.isKnown(identity)) unknown.add(name)
  }
  for (const ids of [...lines.map(({ line }) => line), ...traits]) listIds(ids).forEach(look)
  return unknown
}

export type BatchParts = {
  readonly lines: readonly MarkedLine[]
  readonly readings: LineReadings
  readonly traits: readonly TraitStatement[]
  readonly unknown: ReadonlySet<string>
  readonly moves: Moves
  readonly position: FoldedBatch['position']
}

/** What was stored, as profiles are to take it in. */
export function buildBatch(parts: BatchParts, who: WhoIsWho): FoldedBatch {
  const { lines, readings, unknown, moves, position } = parts
  const traits = parts.traits.map((trait) => ownTrait(trait, who))
  const people = new Map<string, boolean>()
  const look = (profileId: string, ids: Ids) => {
    const isNew = listIds(ids).every((identity) => identity.id === '' || unknown.has(nameOf(identity)))
    people.set(profileId, isNew && (people.get(profileId) ?? true))
  }
  for (const { profileId, line } of lines) look(profileId, line)
  for (const [index, { profileId }] of traits.entries()) {
    const ids = parts.traits[index]
    if (ids !== undefined) look(profileId, ids)
  }
  const news = [...people].filter(([profileId, isNew]) => isNew && isUnknown(profileId, unknown))
  return {
    lines: lines
      .filter(({ line, extraMarks }) => !line.marks.includes('bot') && !extraMarks.includes('bot'))
      .map(({ profileId, line }) => ({ profileId, line, ...readings.byLine.get(line) })),
    textVersion: readings.version,
    traits,
    newProfileIds: new Set(news.map(([profileId]) => profileId)),
    movedProfileIds: moves.profileIds,
    position,
  }
}

/** A profile is called after one of its ids: were it known, there would be a history. */
function isUnknown(profileId: string, unknown: ReadonlySet<string>): boolean {
  return (['user_id', 'anonymous_id'] as const).some((kind) => unknown.has(nameOf({ kind, id: profileId })))
}

/** A fact belongs to the user where one was named, else to the device. */
function ownTrait(trait: TraitStatement, who: WhoIsWho): FoldedTrait {
  const { userId, anonymousId, name, value, source, purpose, atMs } = trait
  const identity: Identity =
    userId === '' ? { kind: 'anonymous_id', id: anonymousId } : { kind: 'user_id', id: userId }
  const isOfUser = userId !== ''
  return {
    profileId: who.profileOfId(identity),
    name,
    value,
    source,
    purpose,
    atMs,
    isOfUser,
    id: identity.id,
  }
}

function listIds({ userId, anonymousId }: Ids): readonly Identity[] {
  return [
    { kind: 'user_id', id: userId },
    { kind: 'anonymous_id', id: anonymousId },
  ]
}

function nameOf({ kind, id }: Identity): string {
  return `${kind} ${id}`
}
