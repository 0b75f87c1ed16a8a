import type { Database } from '../database/database.ts'
import { findHistorySource } from '../database/history-source.ts'
import type { FeatureDefinition } from '../features/feature.ts'
import { fitConstants } from '../features/fit-constants.ts'
import type { FittedConstants } from '../features/fitted-constants.ts'
import { createKnownItems, type KnownItems } from '../features/known-items.ts'
import { createLivePlan, type LivePlan } from '../features/live-state.ts'
import { createFeatureReader, type FeatureReader } from '../features/read-features.ts'
import type { KeyValueStore, Table } from '../kv/key-value-store.ts'

/** A shop that was never built is looked at again after so long. */
const refitMs = 600_000

/** What everybody's live features are computed with; replaced as a whole. */
type Fitted = {
  /** As of when the constants were fitted. */
  readonly asOfMs: number
  readonly constants: FittedConstants
  readonly topicsVersion?: string
  /** The version of what models say of texts. */
  readonly textVersion?: string
}

/** How states are folded and read at present. */
export type ProfileLens = {
  readonly plan: LivePlan
  readonly reader: FeatureReader
  readonly fitted: Fitted
  /** Counts replacements: whatever was read through an earlier one is out of date. */
  readonly generation: number
}

export type ProfileLenses = {
  readonly items: KnownItems
  /** The present one; fitted from the history where nothing was ever built. */
  current(): Promise<ProfileLens>
  /** Goes on with what a build has fitted, and keeps it. */
  adopt(fitted: Fitted): Promise<void>
  /** Goes on with other definitions. */
  define(definitions: readonly FeatureDefinition[]): void
  /** Reads every item anew: a file or a model told of many. */
  reloadItems(): Promise<void>
}

export function openProfileLenses(options: {
  readonly store: KeyValueStore
  readonly database: Database
  readonly timeZone: string
  readonly definitions: readonly FeatureDefinition[]
  readonly now: () => Date
}): ProfileLenses {
  const { store, database, timeZone, now } = options
  const table: Table<Fitted> = store.table('profile_lens', { values: 'json', keys: 'ordered' })
  const items = createKnownItems(database)
  let definitions = options.definitions
  let generation = 0
  /** When there was no build to go on from. */
  let fittedHereMs: number | undefined
  let lens: Promise<ProfileLens> | undefined
  const build = (fitted: Fitted): ProfileLens => {
    const plan = createLivePlan(definitions, timeZone, fitted.textVersion)
    generation++
    const reader = createFeatureReader(plan, { constants: fitted.constants, items: items.lookup })
    return { plan, reader, fitted, generation }
  }
  const open = async () => {
    const fitted = table.get('fitted') ?? (await fitHere())
    await items.reload(fitted.topicsVersion)
    return build(fitted)
  }
  const fitHere = async (): Promise<Fitted> => {
    const nowMs = now().getTime()
    const known = table.get('fitted_here')
    const isFresh = known !== undefined && nowMs - known.asOfMs <= refitMs
    fittedHereMs = isFresh ? known.asOfMs : nowMs
    if (isFresh) return known
    const history = await findHistorySource(database)
    const constants = await fitConstants(database, definitions, { asOfMs: nowMs, timeZone, history })
    const fitted = { asOfMs: nowMs, constants }
    await store.write(() => table.put('fitted_here', fitted))
    return fitted
  }
  const current = () => {
    if (fittedHereMs !== undefined && now().getTime() - fittedHereMs > refitMs) lens = undefined
    lens ??= open().catch((error: unknown) => {
      lens = undefined
      throw error
    })
    return lens
  }
  return {
    items,
    current,
    async adopt(fitted) {
      await store.write(() => table.put('fitted', fitted))
      await items.reload(fitted.topicsVersion)
      fittedHereMs = undefined
      lens = Promise.resolve(build(fitted))
    },
    define(next) {
      definitions = next
      lens = undefined
    },
    async reloadItems() {
      // What is opened later reads them then.
      if (lens === undefined) return
      const { fitted } = await lens
      await items.reload(fitted.topicsVersion)
      lens = Promise.resolve(build(fitted))
    },
  }
}
