import type { EventLine } from '../core/event.ts'
import type { Identity } from '../core/identity.ts'
import type { Database } from '../database/database.ts'
import type { FeatureLine } from '../features/feature-line.ts'
import {
  emptyState,
  foldLine,
  type LiveState,
  packState,
  settleAhead,
  unpackState,
} from '../features/live-state.ts'
import { type ConsentFact, mergeConsents, readConsents } from './consent-facts.ts'
import { hydrateProfiles } from './hydrate-profiles.ts'
import type { ProfileLens, ProfileLenses } from './profile-lens.ts'
import type { ProfileRecord } from './profile-record.ts'
import type { ProfileStore } from './profile-store.ts'
import type { ShopClock } from './shop-clock.ts'
import { mergeTraits, type TraitFact } from './trait-facts.ts'

/** What a stored batch of the journal says of people (the port is of `collect/`). */
export type ProfileBatch = {
  readonly lines: readonly {
    readonly profileId: string
    readonly line: EventLine
    readonly topic?: string
    readonly sentiment?: number
  }[]
  readonly textVersion: string | undefined
  readonly traits: readonly (TraitFact & { readonly profileId: string })[]
  readonly newProfileIds: ReadonlySet<string>
  readonly movedProfileIds: ReadonlySet<string>
  readonly position: ProfileRecord['position']
}

export type FoldProfilesOptions = {
  readonly database: Database
  readonly profiles: ProfileStore
  readonly lenses: ProfileLenses
  readonly clock: ShopClock
  readonly identitiesOf: (profileId: string) => readonly Identity[]
  readonly now: () => Date
  /** Their answers are out of date. */
  readonly onChanged: (profileIds: readonly string[]) => void
}

/** The news of one person in a batch. */
type News = { lines: FeatureLine[]; traits: TraitFact[]; consents: readonly ConsentFact[] }

/**
 * Folds batches into the profiles that are kept. A person of whom nothing is kept and who is not new stays so, as the
 * history is read when somebody asks for them; whose rows changed hands is folded anew from the history.
 */
export function createProfileFold(options: FoldProfilesOptions) {
  const { profiles, lenses, clock, onChanged } = options
  return {
    async prepare(batch: ProfileBatch) {
      const lens = await lenses.current()
      const change = await planChange(batch, lens, options)
      const staged = await profiles.stage(change)
      return {
        commit: () => staged.commit(),
        settled() {
          for (const { line } of batch.lines) clock.saw(line.atMs)
          onChanged([...change.put.map(({ profileId }) => profileId), ...change.remove])
        },
      }
    },
  }
}

async function planChange(batch: ProfileBatch, lens: ProfileLens, options: FoldProfilesOptions) {
  const { movedProfileIds, newProfileIds, position } = batch
  const news = gatherNews(batch, lens.fitted.textVersion)
  const asked = [...new Set([...news.keys(), ...movedProfileIds])]
  const known = await options.profiles.loadMany(asked)
  const put: ProfileRecord[] = []
  const remove: string[] = []
  const anew: ProfileRecord[] = []
  const nowMs = options.now().getTime()
  for (const [index, profileId] of asked.entries()) {
    const record = known[index]
    if (movedProfileIds.has(profileId)) {
      if (record !== undefined) anew.push(record)
      continue
    }
    if (record === undefined && !newProfileIds.has(profileId)) continue
    // A second try of the batch, whose first one a store beside the journal has kept.
    if (record !== undefined && holds(record.position, position)) continue
    const state = record === undefined ? emptyState() : unpackState(lens.plan, record.state)
    const own = news.get(profileId)
    if (state === undefined) remove.push(profileId)
    else if (own !== undefined) put.push(foldNews({ profileId, record, state, own, position }, lens, nowMs))
  }
  await foldAnew(anew, { put, remove, position, nowMs }, lens, options)
  return { put, remove }
}

function holds(kept: ProfileRecord['position'], { journalId, sequence }: ProfileRecord['position']): boolean {
  return kept.journalId === journalId && kept.sequence >= sequence
}

/** What models of another version say of words is not what the states hold. */
function gatherNews(
  { lines, traits, textVersion }: ProfileBatch,
  heldVersion: string | undefined,
): ReadonlyMap<string, News> {
  const news = new Map<string, News>()
  const of = (profileId: string) => {
    const own = news.get(profileId) ?? { lines: [], traits: [], consents: [] }
    news.set(profileId, own)
    return own
  }
  const isRead = textVersion === heldVersion
  for (const { profileId, line, topic = '', sentiment = Number.NaN } of lines) {
    const own = of(profileId)
    own.lines.push(toFeatureLine(line, isRead ? topic : '', isRead ? sentiment : Number.NaN))
    if (line.kind === 'consent')
      own.consents = mergeConsents(own.consents, readConsents(line.properties, line.atMs))
  }
  for (const { profileId, ...fact } of traits) of(profileId).traits.push(fact)
  news.delete('')
  return news
}

/** As the columns of the table hold it: the rating is a Float32, money has four decimals. */
function toFeatureLine(line: EventLine, textTopic: string, sentiment: number): FeatureLine {
  const { eventId, lineIndex, atMs, kind, name, source, lineType, sessionId, orderId, itemId } = line
  const { quantity, price, amount, country, dwellMs, coupon } = line
  return {
    ...{ eventId, lineIndex, atMs, kind, name, source, lineType, sessionId, orderId, itemId },
    ...{ quantity, price, amount, country, dwellMs, coupon, textTopic },
    rating: Math.fround(line.rating),
    sentiment: Math.fround(sentiment),
  }
}

type Folding = {
  readonly profileId: string
  readonly record: ProfileRecord | undefined
  readonly state: LiveState
  readonly own: News
  readonly position: ProfileRecord['position']
}

function foldNews({ profileId, record, state, own, position }: Folding, lens: ProfileLens, nowMs: number) {
  settleAhead(lens.plan, state, nowMs)
  for (const line of own.lines) foldLine(lens.plan, state, line, nowMs)
  return {
    formatVersion: 1,
    profileId,
    version: (record?.version ?? 0) + 1,
    position,
    state: packState(lens.plan, state, state.lastMs),
    traits: mergeTraits(record?.traits ?? [], own.traits),
    consents: mergeConsents(record?.consents ?? [], own.consents),
    updatedAtMs: nowMs,
  } as const satisfies ProfileRecord
}

/** The history of these people is another by now, that of the batch included. */
async function foldAnew(
  records: readonly ProfileRecord[],
  into: { put: ProfileRecord[]; remove: string[]; position: ProfileRecord['position']; nowMs: number },
  lens: ProfileLens,
  { database, identitiesOf }: FoldProfilesOptions,
): Promise<void> {
  if (records.length === 0) return
  const { put, remove, position, nowMs } = into
  const ids = records.map(({ profileId }) => profileId)
  const hydrated = await hydrateProfiles(ids, { database, lens, identitiesOf, nowMs })
  for (const { profileId, version } of records) {
    const found = hydrated.get(profileId)
    if (found === undefined) remove.push(profileId)
    else put.push(recordOf(profileId, found, { lens, position, nowMs, version: version + 1 }))
  }
}

/** The record of a person whose history was read. */
export function recordOf(
  profileId: string,
  { state, traits, consents }: { readonly state: LiveState } & Pick<ProfileRecord, 'traits' | 'consents'>,
  {
    lens,
    position,
    nowMs,
    version,
  }: Pick<ProfileRecord, 'position' | 'version'> & { readonly lens: ProfileLens; readonly nowMs: number },
): ProfileRecord {
  return {
    formatVersion: 1,
    ...{ profileId, version, position, traits, consents },
    state: packState(lens.plan, state, state.lastMs),
    updatedAtMs: nowMs,
  }
}
