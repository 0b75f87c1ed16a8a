import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Erasable, Exportable } from '../core/erasable.ts'
import type { Identity } from '../core/identity.ts'
import type { Database } from '../database/database.ts'
import type { FeatureDefinition } from '../features/feature.ts'
import { type LiveState, unpackState } from '../features/live-state.ts'
import type { ProfileFeatures } from '../features/load-features.ts'
import type { KeyValueStore } from '../kv/key-value-store.ts'
import { composeProfile } from './compose-profile.ts'
import { createProfileFold } from './fold-profiles.ts'
import { createHydrator, type Hydrator } from './hydrator.ts'
import { type LearnedShelf, openLearnedShelf } from './learned-shelf.ts'
import type { Profile } from './profile.ts'
import { openProfileLenses, type ProfileLens, type ProfileLenses } from './profile-lens.ts'
import type { ReadyAnswer } from './profile-reader.ts'
import type { ProfileRecord } from './profile-record.ts'
import type { ProfileStore } from './profile-store.ts'
import { createShopClock, type ShopClock, stepMs } from './shop-clock.ts'
import { currentTraits } from './trait-facts.ts'

/** One person's features at a moment, with when they were last told of. */
type LiveFeatures = ProfileFeatures & { readonly lastEventMs: number }

/**
 * The profiles of everybody as they are now. What is kept of a person is the fold of their events; of whom nothing is
 * kept the history is read once, and kept from then on.
 */
export type LivingProfiles = {
  readonly store: ProfileStore
  /** What is kept of people beside the database, and may have to go or be handed out. */
  readonly personal: readonly (Erasable & Exportable)[]
  readonly lenses: ProfileLenses
  readonly clock: ShopClock
  readonly fold: ReturnType<typeof createProfileFold>
  /** Undefined for somebody of whom nothing is known. */
  read(profileId: string): Promise<Profile | undefined>
  /** As of a moment that is not before the last event; undefined: as the profile tells them. */
  readFeatures(profileId: string, asOfMs?: number): Promise<LiveFeatures | undefined>
  /** The same as `read`, as JSON, remembered for as long as it holds. */
  answer(profileId: string): Promise<ReadyAnswer | undefined>
  /** Lets go of what is kept of some people: their history is another by now. */
  forget(profileIds: readonly string[]): Promise<void>
  /** Models said something new. */
  forgetLearned(): Promise<void>
}

export type LivingProfilesOptions = {
  /** Beside the journal: what everybody is read with, and what models said. */
  readonly store: KeyValueStore
  readonly profiles: ProfileStore
  readonly database: Database
  readonly definitions: readonly FeatureDefinition[]
  readonly timeZone: string
  readonly identitiesOf: (profileId: string) => readonly Identity[]
  /** Whether a batch of the journal is stored in part: the history may hold it or not. */
  readonly isFolding: () => boolean
  /** The last entry of the journal that was folded. */
  readonly position: () => ProfileRecord['position']
  readonly cacheMb: number
  readonly now: () => Date
}

/** A profile that was read, and as of when it is told. */
type Reading = { readonly record: ProfileRecord; readonly state: LiveState; readonly asOfMs: number }
type Remembered = ReadyAnswer & { readonly untilMs: number; readonly generation: number }

export function createLivingProfiles(options: LivingProfilesOptions): LivingProfiles {
  const { store, profiles, database, identitiesOf, now } = options
  const lenses = openProfileLenses(options)
  const clock = createShopClock(database, now)
  const learned = openLearnedShelf(store, database)
  const answers = new LRUCache<string, Remembered>({
    maxSize: options.cacheMb * 2 ** 20,
    sizeCalculation: ({ body }, key) => body.byteLength + key.length + 100,
  })
  const onChanged = (profileIds: readonly string[]) => {
    for (const profileId of profileIds) answers.delete(profileId)
  }
  const parts: Parts = { options, profiles, lenses, clock, learned, hydrate: createHydrator(options) }
  const fold = createProfileFold({ database, profiles, lenses, clock, identitiesOf, now, onChanged })
  // In turn with the fold: a record that it has read would come back.
  const records: Erasable & Exportable = {
    ...profiles,
    async erase(profileIds) {
      const count = await database.takeTurns('profiles', () => profiles.erase(profileIds))
      onChanged(profileIds)
      return count
    },
  }
  return {
    store: profiles,
    personal: [learned, records],
    lenses,
    clock,
    fold,
    read: (profileId) => readProfile(profileId, parts),
    async readFeatures(profileId, asOfMs) {
      const lens = await lenses.current()
      const reading = await open(profileId, lens, parts)
      if (reading === undefined) return undefined
      const asked = asOfMs === undefined ? reading : { ...reading, asOfMs }
      return { ...featuresOf(asked, lens), lastEventMs: reading.state.lastMs }
    },
    async answer(profileId) {
      const { generation } = await lenses.current()
      const known = answers.get(profileId)
      if (known !== undefined && known.untilMs > now().getTime() && known.generation === generation)
        return known
      const version = learned.generation()
      const profile = await readProfile(profileId, parts)
      if (profile === undefined) return undefined
      const body = Buffer.from(JSON.stringify(profile))
      const tag = createHash('sha1').update(body).digest('base64url')
      const untilMs = (Math.floor(now().getTime() / stepMs) + 1) * stepMs
      // What changed while it was read is not to be remembered.
      const isCurrent = version === learned.generation() && (await isUnchanged(profile, profiles))
      if (isCurrent) answers.set(profileId, { body, tag, untilMs, generation })
      return { body, tag }
    },
    async forget(profileIds) {
      await database.takeTurns('profiles', () => profiles.remove(profileIds))
      onChanged(profileIds)
    },
    async forgetLearned() {
      await learned.forget()
      answers.clear()
    },
  }
}

async function isUnchanged({ id, version }: Profile, profiles: ProfileStore): Promise<boolean> {
  return (await profiles.load(id))?.version === version
}

type Parts = {
  readonly options: LivingProfilesOptions
  readonly profiles: ProfileStore
  readonly lenses: ProfileLenses
  readonly clock: ShopClock
  readonly learned: LearnedShelf
  readonly hydrate: Hydrator
}

async function readProfile(profileId: string, parts: Parts): Promise<Profile | undefined> {
  const lens = await parts.lenses.current()
  const reading = await open(profileId, lens, parts)
  if (reading === undefined) return undefined
  const learned = await parts.learned.load(profileId)
  const identities = parts.options.identitiesOf(profileId)
  return composeProfile({
    record: reading.record,
    traits: currentTraits(reading.record.traits, reading.asOfMs),
    features: featuresOf(reading, lens),
    identities,
    learned,
    lastEventMs: reading.state.lastMs,
  })
}

function featuresOf({ record, state, asOfMs }: Reading, lens: ProfileLens): ProfileFeatures {
  return lens.reader.read(state, currentTraits(record.traits, asOfMs), asOfMs)
}

async function open(profileId: string, lens: ProfileLens, parts: Parts): Promise<Reading | undefined> {
  const kept = await parts.profiles.load(profileId)
  const state = kept && unpackState(lens.plan, kept.state)
  const opened = kept && state ? { record: kept, state } : await parts.hydrate(profileId, lens)
  if (opened === undefined) return undefined
  const [clockMs, toldMs] = [await parts.clock.asOfMs(), await parts.clock.toldAsOfMs()]
  const statedMs = opened.record.traits.map(({ atMs }) => atMs).filter((atMs) => atMs <= clockMs)
  // What the person did or said within the step counts, too.
  const asOfMs = Math.max(toldMs, opened.state.lastMs, ...statedMs)
  return { ...opened, asOfMs }
}
