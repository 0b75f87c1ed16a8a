import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { type Contender, type Experiment, parseOptions } from '../experiment.ts'
import { readProcessUse } from '../ingest/process-use.ts'
import { startServer } from '../ingest/served.ts'
import { pickings } from '../profile-read/choose-profile.ts'
import { makeUpShop } from '../profile-read/made-up-shop.ts'
import type { Latencies, ReadJob, ReadResult } from '../profile-read/read-load.ts'
import { type ReaderProcess, startConstantServer, startReader } from '../profile-read/start-processes.ts'

const optionsSchema = z.object({
  profiles: z.coerce.number().int().min(100).default(10_000),
  pick: z.enum(pickings).default('uniform'),
  connections: z.coerce.number().int().min(1).max(1000).default(32),
  rate: z.coerce.number().int().min(1).default(1000),
  seconds: z.coerce.number().min(1).default(20),
})
type Settings = z.infer<typeof optionsSchema>
type Target = { readonly url: string; readonly pid: number }

const seed = 1

/** A profile over HTTP, beside the same library answering a constant of the same size. */
export const experiment: Experiment = {
  summary: 'GET /v1/profiles/:id at saturation and at a steady rate, beside a server that answers a constant',
  options: {
    profiles: { summary: 'how many profiles to make up, 40 events each; 10,000' },
    pick: { summary: 'how they are picked: uniform or zipf; uniform' },
    connections: { summary: 'connections that read at once; 32' },
    rate: { summary: 'requests a second of the steady load; 1,000' },
    seconds: { summary: 'how long each load goes; 20' },
  },
  async run(options, say) {
    const settings = parseOptions(optionsSchema, options)
    const folder = mkdtempSync(join(tmpdir(), 'likeness-profile-read-'))
    try {
      return await measure(join(folder, 'data'), join(folder, 'ids.json'), settings, say)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

async function measure(
  dataDirectory: string,
  idsPath: string,
  settings: Settings,
  say: (line: string) => void,
) {
  const ids = await makeUpShop(dataDirectory, settings.profiles)
  writeFileSync(idsPath, JSON.stringify(ids))
  await using server = await startServer(dataDirectory)
  await server.ask('build', {})
  say(`${ids.length} profiles are built`)
  const own = await measureServer(server, idsPath, settings, say)
  const bytes = Math.round(own.each.meanBytes)
  await using constant = await startConstantServer(bytes)
  const bare = await measureServer(constant, idsPath, settings, say)
  const ratio = own.saturated.requestsPerSecond / bare.saturated.requestsPerSecond
  return {
    experiment: 'profile-read',
    dataset: { profiles: ids.length, events: ids.length * 40, meanBytes: bytes },
    split: `${settings.seconds} s each, ${settings.connections} connections, profiles picked ${settings.pick}; the load generator shares the machine`,
    seed,
    models: [
      toContender('likeness, saturated', own.saturated, { ratio }),
      toContender(`likeness, ${settings.rate}/s`, own.steady),
      toContender('likeness, every profile first read', own.each),
    ],
    baselines: [
      toContender('constant, saturated', bare.saturated),
      toContender(`constant, ${settings.rate}/s`, bare.steady),
    ],
    notes: notesOf(own, bare),
  }
}

type Measured = {
  readonly each: Used
  readonly saturated: Used
  readonly steady: Used
}
type Used = ReadResult & { readonly serverShare: number }

/** Every profile once, so that what follows reads what was read before; then as fast as it goes, then at a rate. */
async function measureServer(
  target: Target,
  idsPath: string,
  { pick, connections, rate, seconds }: Settings,
  say: (line: string) => void,
): Promise<Measured> {
  await using reader = startReader(idsPath)
  const common = { url: target.url, picking: pick, seed }
  const each = await use(reader, target, { ...common, kind: 'each', connections })
  if (each.failed > 0)
    throw new Error(`${each.failed} of ${each.requests} profiles were not answered with 200`)
  await use(reader, target, { ...common, kind: 'saturate', connections, seconds: Math.min(3, seconds) })
  const saturated = await use(reader, target, { ...common, kind: 'saturate', connections, seconds })
  say(`saturated: ${Math.round(saturated.requestsPerSecond)} requests/s`)
  const steady = await use(reader, target, {
    ...common,
    kind: 'steady',
    connections,
    perSecond: rate,
    seconds,
  })
  say(`at ${rate}/s: p50 ${steady.warm.p50Ms.toFixed(2)} ms, p99 ${steady.warm.p99Ms.toFixed(2)} ms`)
  return { each, saturated, steady }
}

async function use(reader: ReaderProcess, { pid }: Target, job: ReadJob): Promise<Used> {
  const before = readProcessUse(pid).cpuSeconds
  const result = await reader.run(job)
  return { ...result, serverShare: (readProcessUse(pid).cpuSeconds - before) / result.seconds }
}

function toContender(name: string, used: Used, more: Record<string, number> = {}): Contender {
  const { requestsPerSecond, requests, failed, missed, warm, cold, generatorShare, serverShare, seconds } =
    used
  return {
    name,
    metrics: {
      ...more,
      ...{ requestsPerSecond, requests, failed, missed },
      ...prefixed('', warm),
      ...prefixed('cold', cold),
      ...{ generatorShare, serverShare },
    },
    seconds,
  }
}

/** Nothing where nothing was read so. */
function prefixed(prefix: string, { count, p50Ms, p99Ms, maxMs }: Latencies): Record<string, number> {
  if (count === 0) return {}
  if (prefix === '') return { p50Ms, p99Ms, maxMs }
  return {
    [`${prefix}Count`]: count,
    [`${prefix}P50Ms`]: p50Ms,
    [`${prefix}P99Ms`]: p99Ms,
    [`${prefix}MaxMs`]: maxMs,
  }
}

function notesOf(own: Measured, bare: Measured): string[] {
  const limited = [own.saturated, bare.saturated].filter(({ generatorShare }) => generatorShare > 0.95)
  return [
    'The bar: ratio ≥ .7, p99 < 2 ms at 1,000/s. A cold read is the first of a profile by the reader; latencies at a steady rate count from when a request was due.',
    'Shares are of one processor.',
    ...(limited.length === 0
      ? []
      : [
          'The load generator took a whole processor: a server that was saturated may have more in it than was measured.',
        ]),
  ]
}
