import { quantileOfSorted } from '../../src/math/quantile.ts'
import { createRandom } from '../../src/math/random.ts'
import { createPicker, type Picking } from './choose-profile.ts'
import { openRawConnection, type RawConnection } from './raw-connection.ts'

/** What a reader is asked to do. */
export type ReadJob = {
  readonly url: string
  readonly connections: number
  readonly picking: Picking
  readonly seed: number
} & (
  | /** Each connection asks again as soon as it is answered. */ {
      readonly kind: 'saturate'
      readonly seconds: number
    }
  | /** Requests are due at even times, whether earlier ones are answered or not. */ {
      readonly kind: 'steady'
      readonly perSecond: number
      readonly seconds: number
    }
  | /** Every profile once, in order. */ { readonly kind: 'each' }
)

export type ReadResult = {
  readonly requests: number
  readonly requestsPerSecond: number
  /** Answers that were not 200. */
  readonly failed: number
  /** At a steady rate: what was due and never asked, as the server was too far behind. */
  readonly missed: number
  readonly meanBytes: number
  /** Of profiles that this reader had read before, and of those it had not. */
  readonly warm: Latencies
  readonly cold: Latencies
  readonly seconds: number
  /** Of one processor: at 1 the generator is what limits. */
  readonly generatorShare: number
}

export type Latencies = {
  readonly count: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

/** Reads profiles of a server; remembers between jobs which it has read. */
export type Reader = { run(job: ReadJob): Promise<ReadResult> }

export function createReader(profileIds: readonly string[]): Reader {
  const isKnown = new Uint8Array(profileIds.length)
  const paths = profileIds.map((id) => `/v1/profiles/${encodeURIComponent(id)}`)
  return {
    async run(job) {
      const connections = await Promise.all(
        Array.from({ length: job.connections }, () => openRawConnection(job.url)),
      )
      const tally = createTally(isKnown, paths)
      const processor = process.cpuUsage()
      const startedMs = performance.now()
      try {
        await drive(job, connections, tally)
      } finally {
        for (const connection of connections) connection.close()
      }
      const seconds = (performance.now() - startedMs) / 1000
      const { user, system } = process.cpuUsage(processor)
      return { ...tally.result(seconds), seconds, generatorShare: (user + system) / 1e6 / seconds }
    },
  }
}

type Tally = ReturnType<typeof createTally>

function createTally(isKnown: Uint8Array, paths: readonly string[]) {
  const [warm, cold]: [number[], number[]] = [[], []]
  let [bytes, failed, missed] = [0, 0, 0]
  return {
    count: paths.length,
    /** @param dueMs when the request was to be sent: what it waited for the generator counts, too. */
    async ask(connection: RawConnection, place: number, dueMs: number): Promise<void> {
      const list = isKnown[place] === 1 ? warm : cold
      isKnown[place] = 1
      const { status, bodyBytes } = await connection.get(paths[place] ?? '')
      list.push(performance.now() - dueMs)
      bytes += bodyBytes
      if (status !== 200) failed++
    },
    miss(count: number): void {
      missed += count
    },
    result(seconds: number): Omit<ReadResult, 'seconds' | 'generatorShare'> {
      const requests = warm.length + cold.length
      return {
        ...{ requests, failed, missed, requestsPerSecond: requests / seconds, meanBytes: bytes / requests },
        ...{ warm: describe(warm), cold: describe(cold) },
      }
    },
  }
}

function describe(latencies: number[]): Latencies {
  const sorted = Float64Array.from(latencies).sort()
  const at = (share: number) => (sorted.length === 0 ? 0 : quantileOfSorted(sorted, share))
  return { count: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) }
}

async function drive(job: ReadJob, connections: readonly RawConnection[], tally: Tally): Promise<void> {
  const pick = createPicker(job.picking, tally.count, createRandom(job.seed).fork(job.kind))
  switch (job.kind) {
    case 'each':
      return readEach(connections, tally)
    case 'saturate':
      return saturate(connections, tally, { pick, seconds: job.seconds })
    case 'steady':
      return keepPace(connections, tally, { pick, ...job })
    default:
      return job satisfies never
  }
}

async function readEach(connections: readonly RawConnection[], tally: Tally): Promise<void> {
  let next = 0
  await Promise.all(
    connections.map(async (connection) => {
      while (next < tally.count) await tally.ask(connection, next++, performance.now())
    }),
  )
}

type Pace = { readonly pick: () => number; readonly seconds: number }

async function saturate(connections: readonly RawConnection[], tally: Tally, { pick, seconds }: Pace) {
  const endMs = performance.now() + seconds * 1000
  await Promise.all(
    connections.map(async (connection) => {
      while (performance.now() < endMs) await tally.ask(connection, pick(), performance.now())
    }),
  )
}

/** A server that cannot keep the pace is asked for so many times as long, and no longer. */
const longest = 1.5

/** Looks at the clock as often as it can: a timer would be late by as much as is measured. */
async function keepPace(
  connections: readonly RawConnection[],
  tally: Tally,
  { pick, seconds, perSecond }: Pace & { readonly perSecond: number },
): Promise<void> {
  const idle = [...connections]
  const count = Math.round(seconds * perSecond)
  const startedMs = performance.now()
  const isOver = () => performance.now() - startedMs > seconds * 1000 * longest
  let [sent, failure]: [number, unknown] = [0, undefined]
  while (failure === undefined && ((sent < count && !isOver()) || idle.length < connections.length)) {
    const dueMs = startedMs + (sent * 1000) / perSecond
    const isDue = sent < count && !isOver() && performance.now() >= dueMs
    const connection = isDue ? idle.pop() : undefined
    if (connection === undefined) {
      await new Promise((resolve) => setImmediate(resolve))
      continue
    }
    sent++
    tally.ask(connection, pick(), dueMs).then(
      () => idle.push(connection),
      (error: unknown) => {
        failure = error
      },
    )
  }
  if (failure !== undefined) throw failure
  tally.miss(count - sent)
}
