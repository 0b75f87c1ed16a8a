import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../src/core/errors.ts'
import { quantileOfSorted } from '../../src/math/quantile.ts'
import { type Experiment, parseOptions } from '../experiment.ts'
import type { FeedJob, FeedResult } from '../freshness/feed.ts'
import { type Seen, watchProfiles } from '../freshness/watch-profiles.ts'
import { readProcessUse } from '../ingest/process-use.ts'
import { type Served, startServer } from '../ingest/served.ts'
import { startWorker } from '../processes.ts'

const optionsSchema = z.object({
  rate: z.coerce.number().int().min(1).default(2000),
  batch: z.coerce.number().int().min(1).max(2500).default(20),
  seconds: z.coerce.number().min(1).default(30),
  people: z.coerce.number().int().min(1).max(200).default(8),
  poll: z.coerce.number().int().min(1).default(10),
  feature: z.string().default('activity_7d'),
})
type Settings = z.infer<typeof optionsSchema>

const patienceMs = 10_000

/** How long it takes from an acknowledged event to the first answer that holds it, under load. */
export const experiment: Experiment = {
  summary: 'from an acknowledged event to the first GET of the profile whose feature has risen, under load',
  options: {
    rate: { summary: 'events a second that are sent beside; 2,000' },
    batch: { summary: 'events a batch of them; 20' },
    seconds: { summary: 'how long; 30' },
    people: { summary: 'people who are watched, each one event at a time; 8' },
    poll: { summary: 'milliseconds between two looks at a profile that has not changed; 10' },
    feature: { summary: 'the feature that one more event raises by one; activity_7d' },
  },
  async run(options, say) {
    const settings = parseOptions(optionsSchema, options)
    const folder = mkdtempSync(join(tmpdir(), 'likeness-freshness-'))
    try {
      await using server = await startServer(folder)
      return await measure(server, settings, say)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

async function measure(server: Served, settings: Settings, say: (line: string) => void) {
  const { rate, batch, seconds, people, poll, feature } = settings
  await using feeder = startWorker<FeedJob, FeedResult>(
    new URL('../freshness/feeder-process.ts', import.meta.url),
  )
  const target = { url: server.url, key: server.keys.server }
  const fed = { ...target, perSecond: rate, batchSize: batch }
  const watched = { ...target, feature, people, pollMs: poll, patienceMs }
  say('warming up …')
  await Promise.all([feeder.run({ ...fed, seconds: 3 }), watchProfiles({ ...watched, seconds: 3 })])
  say(`${rate} events/s for ${seconds} s …`)
  const before = readProcessUse(server.pid)
  const [load, { seen, lostCount }] = await Promise.all([
    feeder.run({ ...fed, seconds }),
    watchProfiles({ ...watched, seconds }),
  ])
  const { cpuSeconds, memoryMb } = readProcessUse(server.pid)
  if (seen.length === 0)
    throw new AppError(
      'not_built',
      `no answer held an event within ${patienceMs / 1000} s: '${feature}' does not follow events`,
    )
  const metrics = {
    ...quantiles(
      '',
      seen.map(({ fromAcknowledgedMs }) => fromAcknowledgedMs),
    ),
    ...quantiles(
      'sent',
      seen.map(({ fromSentMs }) => fromSentMs),
    ),
    ...{ watchedCount: seen.length, lostCount, withinSecondShare: shareWithin(seen, lostCount) },
    ...{
      eventsPerSecond: load.perSecond,
      mostLateMs: load.mostLateMs,
      unacknowledged: load.sent - load.acknowledged,
    },
    ...{ serverShare: (cpuSeconds - before.cpuSeconds) / seconds, memoryMb },
  }
  return {
    experiment: 'freshness',
    dataset: { events: load.acknowledged, rate, batch, people, poll },
    split: `${seconds} s at ${rate} events/s over HTTP; the feeder and the watcher share the machine`,
    seed: 0,
    models: [{ name: `likeness, ${feature}`, metrics, seconds }],
    baselines: [],
    notes: [
      'The bar: p99 ≤ 1,000 ms at 2,000 events/s. Times are from the acknowledgement (a 2xx is on disk) to the end of the first answer that holds the event; `sent…` counts from when it was sent.',
      `A profile that has not changed is looked at again after ${poll} ms, which is in the times.`,
      ...(lostCount === 0
        ? []
        : [
            `${lostCount} events were in no answer within ${patienceMs / 1000} s: they are not in the times.`,
          ]),
    ],
  }
}

function quantiles(prefix: string, times: readonly number[]): Record<string, number> {
  const sorted = Float64Array.from(times).sort()
  const name = (word: string) => (prefix === '' ? word : `${prefix}${word[0]?.toUpperCase()}${word.slice(1)}`)
  return {
    [name('p50Ms')]: quantileOfSorted(sorted, 0.5),
    [name('p99Ms')]: quantileOfSorted(sorted, 0.99),
    [name('maxMs')]: quantileOfSorted(sorted, 1),
  }
}

function shareWithin(seen: readonly Seen[], lostCount: number): number {
  const within = seen.filter(({ fromAcknowledgedMs }) => fromAcknowledgedMs <= 1000).length
  return within / (seen.length + lostCount)
}
