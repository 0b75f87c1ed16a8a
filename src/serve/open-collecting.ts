import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { createItemLearner } from '../catalog/item-learner.ts'
import type { Collector } from '../collect/collector.ts'
import { createContactHasher } from '../collect/contact-hash.ts'
import { createFold, createFoldingCheck, type Fold } from '../collect/fold-calls.ts'
import { openJournal } from '../collect/journal.ts'
import { createJournalCollector } from '../collect/journal-collector.ts'
import { type ContactProtection, createContactProtection } from '../collect/protect-contacts.ts'
import { createReadDeliveries } from '../collect/read-deliveries.ts'
import { checkServerOnly, listServerOnlyEvents } from '../collect/server-only.ts'
import { openSources, type Sources } from '../collect/sources.ts'
import type { WhoIsWho } from '../collect/who-is-who.ts'
import type { Log } from '../core/log.ts'
import type { Database } from '../database/database.ts'
import { featureDefinitions } from '../features/definitions.ts'
import { createIdentityGraph, type IdentityGraph } from '../identity/identity-graph.ts'
import { recoverSquash } from '../identity/squash-overrides.ts'
import { watchDiskRoom } from '../kv/disk-room.ts'
import { lockFolder } from '../kv/folder-lock.ts'
import { type KeyValueStore, openKeyValueStore } from '../kv/key-value-store.ts'
import { createLivingProfiles, type LivingProfiles } from '../profiles/living-profiles.ts'
import type { Config } from './config.ts'
import { createWhoIsWho } from './create-who-is-who.ts'
import { readIdentityRules } from './identity-rules.ts'
import { listIdentities } from './list-identities.ts'
import { loadSecrets } from './secrets.ts'

/** What takes calls in: the journal with its fold, who may send, who is who, and the profiles that live from it. */
export type Collecting = AsyncDisposable & {
  readonly collector: Collector
  readonly fold: Fold
  readonly sources: Sources
  readonly graph: IdentityGraph
  readonly contacts: ContactProtection
  readonly who: WhoIsWho
  readonly profiles: LivingProfiles
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
  const profiles = createLivingProfiles({
    store,
    database,
    definitions: featureDefinitions,
    timeZone: config.timeZone,
    identitiesOf: (profileId) => listIdentities(graph, profileId),
    isFolding: createFoldingCheck(store),
    position: () => ({ journalId: journal.id, sequence: journal.foldedTo() }),
    cacheMb: config.profileCacheMb,
    now,
  })
  const learnItems = createItemLearner(database, now)
  const fold = createFold({
    store,
    journal,
    database,
    readDeliveries,
    who,
    profiles: profiles.fold,
    learnItems: async (items) => {
      const changed = await learnItems(items)
      await profiles.lenses.items.refresh(changed)
    },
    protectTrait: contacts.trait,
    protectLink: contacts.link,
    log,
  })
  const sources = await openSources({ store, now, drawSecret: () => randomBytes(18).toString('hex') })
  const closing = opened.move()
  return {
    collector,
    fold,
    sources,
    graph,
    contacts,
    who,
    profiles,
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
