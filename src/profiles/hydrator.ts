import type { Identity } from '../core/identity.ts'
import type { Database } from '../database/database.ts'
import type { LiveState } from '../features/live-state.ts'
import { recordOf } from './fold-profiles.ts'
import { hydrateProfiles } from './hydrate-profiles.ts'
import type { ProfileLens } from './profile-lens.ts'
import type { ProfileRecord } from './profile-record.ts'
import type { ProfileStore } from './profile-store.ts'

/** Somebody whose history was read, as it is kept from then on. */
type Hydrated = { readonly record: ProfileRecord; readonly state: LiveState }

/** Reads the history of somebody of whom nothing is kept; undefined for somebody without any. */
export type Hydrator = (profileId: string, lens: ProfileLens) => Promise<Hydrated | undefined>

export type HydratorOptions = {
  readonly database: Database
  readonly profiles: ProfileStore
  readonly identitiesOf: (profileId: string) => readonly Identity[]
  /** Whether a batch of the journal is stored in part: the history may hold it or not. */
  readonly isFolding: () => boolean
  /** The last entry of the journal that was folded. */
  readonly position: () => ProfileRecord['position']
  readonly now: () => Date
}

type Asked = {
  readonly profileId: string
  readonly lens: ProfileLens
  readonly answer: PromiseWithResolvers<Hydrated | undefined>
}

/** So many people share a query: their ids travel in the address of a request to a server, which takes 1 MB. */
const batchSize = 200

/** Whoever is asked for while others are read is read with the next ones: a query costs more than its rows. */
export function createHydrator(options: HydratorOptions): Hydrator {
  let waiting: Asked[] = []
  let isRunning = false
  const run = async () => {
    isRunning = true
    while (waiting.length > 0) {
      const [first] = waiting
      const isNext = (each: Asked) => each.lens === first?.lens
      const batch = waiting.filter(isNext).slice(0, batchSize)
      waiting = waiting.filter((each) => !batch.includes(each))
      await answerBatch(batch, options)
    }
    isRunning = false
  }
  return (profileId, lens) => {
    const known = waiting.find((each) => each.profileId === profileId && each.lens === lens)
    if (known !== undefined) return known.answer.promise
    const asked: Asked = { profileId, lens, answer: Promise.withResolvers() }
    waiting.push(asked)
    if (!isRunning) void run()
    return asked.answer.promise
  }
}

async function answerBatch(batch: readonly Asked[], options: HydratorOptions): Promise<void> {
  const [first] = batch
  if (first === undefined) return
  try {
    const ids = batch.map(({ profileId }) => profileId)
    const found = await readAndKeep(ids, first.lens, options)
    for (const { profileId, answer } of batch) answer.resolve(found.get(profileId))
  } catch (error) {
    for (const { answer } of batch) answer.reject(error)
  }
}

/** In turn with the fold, so that no batch is missed or told twice. */
function readAndKeep(
  ids: readonly string[],
  lens: ProfileLens,
  { database, profiles, identitiesOf, isFolding, position, now }: HydratorOptions,
): Promise<ReadonlyMap<string, Hydrated>> {
  return database.takeTurns('profiles', async () => {
    const nowMs = now().getTime()
    const found = await hydrateProfiles(ids, { database, lens, identitiesOf, nowMs })
    const known = await profiles.loadMany(ids)
    const hydrated = new Map<string, Hydrated>()
    for (const [index, profileId] of ids.entries()) {
      const own = found.get(profileId)
      if (own === undefined) continue
      const version = (known[index]?.version ?? 0) + 1
      const record = recordOf(profileId, own, { lens, nowMs, version, position: position() })
      hydrated.set(profileId, { record, state: own.state })
    }
    if (!isFolding()) await profiles.save([...hydrated.values()].map(({ record }) => record))
    return hydrated
  })
}
