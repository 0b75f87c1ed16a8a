import { setTimeout as wait } from 'node:timers/promises'
import type { IdentityStatement } from '../../src/core/identity.ts'
import { createIdentityGraph } from '../../src/identity/identity-graph.ts'
import { openKeyValueStore } from '../../src/kv/key-value-store.ts'
import type { Random } from '../../src/math/random.ts'
import { reconcileProfiles } from '../../src/profiles/reconcile-profiles.ts'
import { openEngine } from '../../src/serve/compose.ts'
import { loadConfig } from '../../src/serve/config.ts'
import { runLoad } from './load.ts'
import { startServer } from './served.ts'

export type CrashOptions = {
  readonly folder: string
  readonly kills: number
  /** A server is killed between 150 ms and this after the load begins. */
  readonly longestLoadMs: number
  readonly connections: number
  readonly batchSize: number
  readonly random: Random
  readonly say: (line: string) => void
}

export type CrashResult = {
  readonly acknowledged: number
  /** Acknowledged and not in the history. */
  readonly lost: number
  /** In the history more than once. */
  readonly twice: number
  readonly stored: number
  /** Whether the graph is the one that a replay of all stored calls gives, in another order. */
  readonly isGraphReplayed: boolean
  readonly profiles: number
  /** Profiles that were read before a kill: each is kept and folded from then on. */
  readonly read: number
  /** Living profiles that were kept through all kills, and those among them that are not what their history says. */
  readonly living: number
  readonly livingDiffering: number
  /** Answers that told of trouble other than a broken connection. */
  readonly otherAnswers: Readonly<Record<string, number>>
}

/** Loads a server and kills it (SIGKILL) at random moments, again and again; then compares what is there. */
export async function runCrashRounds(options: CrashOptions): Promise<CrashResult> {
  const { folder, kills, longestLoadMs, random, say } = options
  const data = `${folder}/data`
  const acknowledged = new Set<string>()
  const otherAnswers: Record<string, number> = {}
  let read = 0
  for (let kill = 1; kill <= kills; kill++) {
    // Of three, one is killed in a lull: whatever waited was folded, and the journal is empty.
    const when = { loadMs: 150 + random.next() * (longestLoadMs - 150), lullMs: kill % 3 === 0 ? 1_500 : 0 }
    const answers = await loadAndKill(options, data, when, acknowledged)
    read += answers.read
    for (const [status, count] of Object.entries(answers.statuses)) {
      if (status !== '200' && status !== 'error') otherAnswers[status] = (otherAnswers[status] ?? 0) + count
    }
    if (kill % 10 === 0 || kill === kills) say(`${kill} kills, ${acknowledged.size} events acknowledged`)
  }
  return { ...(await compareHistory(folder, data, acknowledged)), read, otherAnswers }
}

async function loadAndKill(
  { connections, batchSize, random }: CrashOptions,
  data: string,
  { loadMs, lullMs }: { readonly loadMs: number; readonly lullMs: number },
  acknowledged: Set<string>,
): Promise<{ readonly statuses: Readonly<Record<string, number>>; readonly read: number }> {
  const server = await startServer(data, { LIKENESS_MIN_FREE_DISK_MB: '0' })
  const stopper = new AbortController()
  const loading = runLoad({
    ...{ url: server.url, key: server.keys.server, connections, batchSize, ids: 'segment', seconds: 60 },
    signal: stopper.signal,
    onAcknowledged: (ids) => {
      for (const id of ids) acknowledged.add(id)
    },
  })
  const devices = Array.from(
    { length: peopleRead },
    () => `device-${1 + random.integer(connections * batchSize - 1)}`,
  )
  const reading = readProfiles(server.url, devices)
  await wait(loadMs)
  let read = 0
  if (lullMs > 0) {
    stopper.abort()
    await loading
    await wait(lullMs)
    read += (await reading) + (await readProfiles(server.url, devices))
  }
  await server.kill()
  stopper.abort()
  return { statuses: (await loading).statuses, read: read + (lullMs > 0 ? 0 : await reading) }
}

/** In a round, of all that are loaded. */
const peopleRead = 10

/** One after another until the server is gone; resolves with how many were answered. */
async function readProfiles(url: string, devices: readonly string[]): Promise<number> {
  let read = 0
  for (const device of devices) {
    const answer = await fetch(`${url}/v1/profiles/anonymous_id:${device}`).catch(() => undefined)
    if (answer === undefined) return read
    const body = await answer.text().catch(() => undefined)
    if (body !== undefined && answer.status === 200) read += 1
  }
  return read
}

type StoredCall = {
  readonly event_id: string
  readonly user_id: string
  readonly anonymous_id: string
  readonly at_ms: number
}

/** Opens the data directory of a server that is gone and compares the history with what was acknowledged. */
export async function compareHistory(
  folder: string,
  data: string,
  acknowledged: ReadonlySet<string>,
): Promise<Omit<CrashResult, 'otherAnswers' | 'read'>> {
  const config = await loadConfig({ data, minFreeDiskMb: 0 }, { environment: {}, folder })
  await using engine = await openEngine(config)
  await engine.fold.drain()
  const rows = engine.database.stream<StoredCall>(
    'SELECT event_id, user_id, anonymous_id, toUnixTimestamp64Milli(at) AS at_ms FROM events ORDER BY cityHash64(event_id)',
  )
  const seen = new Set<string>()
  let [twice, missing] = [0, acknowledged.size]
  await using store = openKeyValueStore(`${folder}/replay`)
  const replayed = createIdentityGraph(store)
  for await (const batch of rows) {
    for (const { event_id } of batch) {
      if (seen.has(event_id)) twice += 1
      else if (acknowledged.has(event_id)) missing -= 1
      seen.add(event_id)
    }
    await replayed.learn(batch.map(toStatement))
  }
  const { timeZone } = config
  const reconciled = await reconcileProfiles(engine.living, engine.database, { timeZone })
  const [own, other] = [engine.graph.snapshot(), replayed.snapshot()]
  return {
    acknowledged: acknowledged.size,
    lost: missing,
    twice,
    stored: seen.size,
    isGraphReplayed: JSON.stringify(sortKeys(own)) === JSON.stringify(sortKeys(other)),
    profiles: Object.keys(own.profiles).length,
    living: reconciled.checkedCount,
    livingDiffering: reconciled.differingCount,
  }
}

function toStatement({ user_id, anonymous_id, at_ms }: StoredCall): IdentityStatement {
  const device = { kind: 'anonymous_id', id: anonymous_id } as const
  const first = user_id === '' ? device : ({ kind: 'user_id', id: user_id } as const)
  return { kind: 'together', first, second: device, atMs: at_ms, source: 'replay' }
}

function sortKeys(value: object): unknown {
  return Object.entries(value)
    .map(([key, each]) => [key, Object.entries(each as object).sort(([a], [b]) => (a < b ? -1 : 1))])
    .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1))
}
