import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import { type Contender, type Experiment, parseOptions } from '../experiment.ts'
import { type IdShape, idShapes } from '../ingest/batch-body.ts'
import { type LoadResult, runLoad } from '../ingest/load.ts'
import { readProcessUse } from '../ingest/process-use.ts'
import { type Served, startBareServer, startServer } from '../ingest/served.ts'

/** What stores nothing does not change with time. */
const maxBareSeconds = 20

const optionsSchema = z.object({
  seconds: z.coerce.number().min(1).default(20),
  connections: z.coerce.number().int().min(1).default(64),
  batch: z.coerce.number().int().min(1).max(2500).default(50),
  ids: z.enum(idShapes).default('segment'),
})

/** Durable ingest over HTTP beside a server that stores nothing. */
export const experiment: Experiment = {
  summary: 'durable HTTP ingest (a 2xx is on disk) beside the same server that stores nothing',
  options: {
    seconds: { summary: 'how long the server is loaded; 20' },
    connections: { summary: 'connections that send at once; 64' },
    batch: { summary: 'events a batch; 50' },
    ids: { summary: 'message ids as Segment’s libraries make them (segment) or random; segment' },
  },
  async run(options, say) {
    const { seconds, connections, batch, ids } = parseOptions(optionsSchema, options)
    const load = { connections, batchSize: batch, ids, seconds }
    const bare = await measureBare({ ...load, seconds: Math.min(seconds, maxBareSeconds) })
    say(`bare: ${Math.round(bare.metrics.eventsPerSecond)} events/s`)
    const { durable, counts, memory } = await measureDurable(load, say)
    const ratio = durable.metrics.eventsPerSecond / bare.metrics.eventsPerSecond
    return {
      experiment: 'ingest',
      dataset: { batch, connections, ids, ...counts },
      split: `${seconds} s, the bare server at most ${maxBareSeconds}; the load generator shares the machine`,
      seed: 0,
      models: [{ ...durable, metrics: { ...durable.metrics, ratio, ...memory } }],
      baselines: [bare],
      notes: ['ratio is of events/s to the server that parses the JSON, answers 200 and stores nothing'],
    }
  },
}

type Load = { connections: number; batchSize: number; ids: IdShape; seconds: number }
type Measured = Contender & {
  readonly metrics: Record<string, number> & {
    eventsPerSecond: number
    acknowledged: number
  }
}

async function measureBare(load: Load): Promise<Measured> {
  await using server = await startBareServer()
  const target = { ...load, url: server.url, key: 'none', isStatic: true }
  await runLoad({ ...target, seconds: 2 })
  return await measure('stores nothing', server.pid, () => runLoad(target))
}

async function measureDurable(load: Load, say: (line: string) => void) {
  const folder = mkdtempSync(join(tmpdir(), 'likeness-ingest-'))
  try {
    await using server = await startServer(folder)
    const target = { ...load, url: server.url, key: server.keys.server }
    const warm = await runLoad({ ...target, seconds: 3 })
    const memory = watchMemory(server.pid)
    const durable = await measure('likeness', server.pid, async () => {
      const result = await runLoad(target)
      memory.stop()
      return result
    })
    say(`durable: ${Math.round(durable.metrics.eventsPerSecond)} events/s; waiting for the fold …`)
    const sent = warm.acknowledged + durable.metrics.acknowledged
    const foldSeconds = await untilFolded(server, sent)
    return { durable, counts: { events: sent }, memory: { ...memory.figures(), foldSeconds } }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function measure(name: string, pid: number, run: () => Promise<LoadResult>): Promise<Measured> {
  const before = readProcessUse(pid)
  const { eventsPerSecond, acknowledged, p50Ms, p99Ms, statuses, seconds } = await run()
  const cpuSeconds = readProcessUse(pid).cpuSeconds - before.cpuSeconds
  const failed = Object.entries(statuses).reduce((sum, [status, n]) => sum + (status === '200' ? 0 : n), 0)
  const metrics = { eventsPerSecond, acknowledged, p50Ms, p99Ms, failed }
  const eventsPerCore = acknowledged / cpuSeconds
  return { name, metrics: { ...metrics, cpuSeconds, eventsPerCore }, seconds }
}

/** The memory of the server, as it goes on: flat means that the last third holds no more than the first. */
function watchMemory(pid: number) {
  const samples: number[] = []
  let residentPeakMb = 0
  const timer = setInterval(() => {
    const { memoryMb, residentMb } = readProcessUse(pid)
    samples.push(memoryMb)
    residentPeakMb = Math.max(residentPeakMb, residentMb)
  }, 1000)
  const mean = (list: readonly number[]) => list.reduce((sum, each) => sum + each, 0) / list.length
  return {
    stop: () => clearInterval(timer),
    figures() {
      const third = Math.max(1, Math.floor(samples.length / 3))
      return {
        residentPeakMb,
        peakMb: Math.max(...samples),
        firstThirdMb: mean(samples.slice(0, third)),
        lastThirdMb: mean(samples.slice(-third)),
      }
    },
  }
}

/** How long the history takes to hold all that was acknowledged. */
async function untilFolded(server: Served, count: number): Promise<number> {
  const startedMs = performance.now()
  for (;;) {
    const { tables } = (await server.ask('doctor', {})) as { tables: { name: string; rows: number }[] }
    const rows = tables.find(({ name }) => name === 'events')?.rows ?? 0
    if (rows >= count) return (performance.now() - startedMs) / 1000
    if (performance.now() - startedMs > 600_000) throw new Error(`only ${rows} of ${count} were folded`)
    await wait(200)
  }
}
