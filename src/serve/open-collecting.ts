import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { createItemLearner } from '../catalog/item-learner.ts'
import type { Collector } from '../collect/collector.ts'
import { createContactHasher } from '../collect/contact-hash.ts'
import type { TextEnricher } from '../collect/enricher.ts'
import { createFold, type Fold } from '../collect/fold-calls.ts'
import { openJournal } from '../collect/journal.ts'
import { createJournalCollector } from '../collect/journal-collector.ts'
import { type ContactProtection, createContactProtection } from '../collect/protect-contacts.ts'
import { createReadDeliveries } from '../collect/read-deliveries.ts'
import { checkServerOnly, listServerOnlyEvents } from '../collect/server-only.ts'
import { openSources, type Sources } from '../collect/sources.ts'
import type { WhoIsWho } from '../collect/who-is-who.ts'
import type { Log } from '../core/log.ts'
import type { Database } from '../database/database.ts'
import { createTextReaders, type TextReaders } from '../events/text-readers.ts'
import { createIdentityGraph, type IdentityGraph } from '../identity/identity-graph.ts'
import { recoverSquash } from '../identity/squash-overrides.ts'
import { watchDiskRoom } from '../kv/disk-room.ts'
import { lockFolder } from '../kv/folder-lock.ts'
import { type KeyValueStore, openKeyValueStore } from '../kv/key-value-store.ts'
import type { LivingProfiles } from '../profiles/living-profiles.ts'
import type { Config } from './config.ts'
import { createTextEnricher } from './create-text-enricher.ts'
import { createWhoIsWho } from './create-who-is-who.ts'
import { readIdentityRules } from './identity-rules.ts'
import { openLivingProfiles } from './open-living-profiles.ts'
import { openSecretKeys, type SecretKeys } from './secret-keys.ts'
import { loadSecrets } from './secrets.ts'
import { openShopFeatures, type ShopFeatures } from './shop-features.ts'

/** What takes calls in: the journal with its fold, who may send, who is who, and the profiles that live from it. */
export type Collecting = AsyncDisposable & {
  readonly collector: Collector
  readonly fold: Fold
  readonly sources: Sources
  readonly secretKeys: SecretKeys
  readonly graph: IdentityGraph
  readonly contacts: ContactProtection
  readonly who: WhoIsWho
  readonly living: LivingProfiles
  /** What features there are. */
  readonly features: ShopFeatures
  /** The models that read words: none until they are loaded, and replaced by training. */
  readonly readers: TextReaders
  readonly enricher: TextEnricher
  /** Writes journal, identities and profiles anew, so that nothing that was removed is left in the file. */
  readonly compact: KeyValueStore['compact']
}

const megabyte = 2 ** 20
/** Bodies on their way to disk, and bodies read and waiting for the fold. */
const [inFlightBytes, readBytes] = [64 * megabyte, 16 * megabyte]
/** More than some seconds of load: bursts are taken at once. */
const crowdedBytes = 256 * megabyte

/** Opens the journal of a data directory; nothing is folded until `fold` is asked to. */
export async function openCollecting(
  config: Config,
  database: Database,
  log: Log,
  now: () => Date,
): Promise<Collecting> {
  await using opened = new AsyncDisposableStack()
  const folder = journalFolder(config.data)
  opened.use(await lockFolder(folder))
  const store = opened.use(openKeyValueStore(folder))
  const room = opened.use(await watchDiskRoom(folder, config.minFreeDiskMb * megabyte))
  const { contactKey } = await loadSecrets(config.data)
  const journal = await openJournal(store)
  const contacts = createContactProtection({
    hashContact: createContactHasher(contactKey),
    clearPurposes: config.clearContactPurposes,
  })
  const graph = createIdentityGraph(store, readIdentityRules(config, contacts.identity))
  await recoverSquash(database, graph)
  const who = createWhoIsWho(graph, database, now)
  const readDeliveries = createReadDeliveries(readBytes)
  const collector = opened.use(
    await createJournalCollector({
      store,
      journal,
      readDeliveries,
      limits: limitsOf(config),
      refuse: refuseServerOnly(config),
      isDiskFull: () => room.isShort(),
      now,
    }),
  )
  const features = await openShopFeatures(store, config.features)
  const living = openLivingProfiles(config, { store, journal, database, graph, features, now })
  const learnItems = createItemLearner(database, now)
  const readers = createTextReaders()
  const enricher = createTextEnricher(database, readers)
  const fold = createFold({
    store,
    journal,
    database,
    readDeliveries,
    who,
    profiles: living.fold,
    learnItems: async (items) => {
      const changed = await learnItems(items)
      await living.lenses.items.refresh(changed)
    },
    protectTrait: contacts.trait,
    protectLink: contacts.link,
    enricher,
    log,
  })
  const drawing = { store, now, drawSecret: () => randomBytes(18).toString('hex') }
  const sources = await openSources(drawing)
  const closing = opened.move()
  return {
    collector,
    fold,
    sources,
    secretKeys: openSecretKeys(drawing),
    graph,
    contacts,
    who,
    living,
    features,
    readers,
    enricher,
    compact: () => store.compact(),
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  }
}

/** Where the journal lies in a data directory. */
function journalFolder(dataDirectory: string): string {
  return join(dataDirectory, 'journal')
}

function limitsOf({ journalLimitMb, journalLagHours }: Config) {
  return {
    journalBytes: journalLimitMb * megabyte,
    journalLagMs: journalLagHours * 3_600_000,
    inFlightBytes,
    crowdedBytes,
  }
}

function refuseServerOnly({ serverOnlyEvents }: Config) {
  const only = listServerOnlyEvents(serverOnlyEvents)
  return (call: unknown, { isServer }: { readonly isServer: boolean }) =>
    checkServerOnly(call, isServer, only)
}
