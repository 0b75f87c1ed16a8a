import { AppError } from '../../src/core/errors.ts'
import { type Contender, type Experiment, type ExperimentOptions, optionValue } from '../experiment.ts'
import { seed } from '../features/fill-history.ts'
import { type Cost, cut, type SizeFigures, type SizeJob, timeZone } from '../features/measure-size.ts'
import { startWorker } from '../processes.ts'

/** Features of all profiles at one cut, beside one hand-written query of the same aggregates. */
export const experiment: Experiment = {
  summary: 'all features of all profiles at one cut, against one hand-written query of the same aggregates',
  options: {
    events: { summary: 'how many events to make up (default 1,000,000), 40 a profile', multiple: true },
    shoppers: {
      summary: 'how many shoppers of a simulated shop to import, some 160 events each',
      multiple: true,
    },
    rounds: { summary: 'how often each is timed; the best counts (default 3)' },
  },
  async run(options, say) {
    const jobs = readJobs(options)
    const measured: SizeFigures[] = []
    const models: Contender[] = []
    const baselines: Contender[] = []
    for (const job of jobs) {
      const figures = await measureInProcess(job)
      const what = `${figures.eventCount} ${job.kind === 'made_up' ? 'events' : 'simulated events'}`
      say(`${what}: ${JSON.stringify(figures)}`)
      measured.push(figures)
      models.push(...toModels(what, figures))
      if (figures.byHand) baselines.push(toContender(`by hand, ${what}`, figures, figures.byHand))
    }
    return {
      experiment: 'features',
      dataset: { events: measured.map(({ eventCount }) => eventCount).join(', '), items: 20_000, days: 365 },
      split: `as of ${cut} or the last simulated event, ${timeZone}`,
      seed,
      models,
      baselines,
      notes: [
        'The bar: ratio ≤ 1.5, cost per event flat, memory ≤ 4 GB. Each size has a process of its own; its peak is of that process, the engine included.',
        'Definitions and query by hand stream every row to the client, which turns it into numbers and lets go of it; the fit of limits, bands, tiers and vocabularies is included. `saved` computes the same inside the engine and keeps it, as `likeness build` does.',
        'The query by hand is one query over everyone; it is left out where its people do not fit in memory. Every row of both is compared where there are at most 50,000 made-up people.',
        describeGrowth(measured),
      ],
    }
  },
}

function readJobs(options: ExperimentOptions): readonly SizeJob[] {
  const rounds = Number(optionValue(options, 'rounds') ?? 3)
  const shoppers = (options.shoppers ?? []).map(Number)
  const events = (options.events ?? (shoppers.length > 0 ? [] : ['1000000'])).map(Number)
  const isCount = (value: number) => Number.isInteger(value) && value >= 1
  if (events.every((size) => isCount(size) && size >= 4000) && [...shoppers, rounds].every(isCount))
    return [
      ...shoppers.map((count) => ({ kind: 'simulated' as const, shoppers: count, rounds })),
      ...events.map((count) => ({ kind: 'made_up' as const, events: count, rounds })),
    ]
  throw new AppError(
    'bad_usage',
    '--events must be whole numbers of at least 4000, --shoppers and --rounds of at least 1',
  )
}

/** Memory that one size has taken is not given back for sure; a process is. */
async function measureInProcess(job: SizeJob): Promise<SizeFigures> {
  await using child = startWorker<SizeJob, SizeFigures>(
    new URL('../features/size-process.ts', import.meta.url),
  )
  return await child.run(job)
}

function toModels(what: string, figures: SizeFigures): Contender[] {
  const { computed, byHand, saved, eventCount: _, ...rest } = figures
  const definitions = toContender(`definitions, ${what}`, figures, computed)
  const ratio = byHand ? { ratio: computed.seconds / byHand.seconds } : {}
  return [
    { ...definitions, metrics: { ...ratio, ...definitions.metrics, ...rest } },
    toContender(`saved, ${what}`, figures, saved),
  ]
}

function toContender(name: string, { eventCount }: SizeFigures, { seconds, peakMb }: Cost): Contender {
  return { name, metrics: { microsecondsPerEvent: (seconds * 1e6) / eventCount, peakMb }, seconds }
}

/** How the cost of an event changes from the smallest size to the largest. */
function describeGrowth(measured: readonly SizeFigures[]): string {
  const sizes = measured.toSorted((a, b) => a.eventCount - b.eventCount)
  const [first, last] = [sizes[0], sizes.at(-1)]
  const describe = (name: string, cost: (figures: SizeFigures) => Cost) => {
    const [low = Number.NaN, high = Number.NaN] = [first, last].map(
      (figures) => figures && (cost(figures).seconds * 1e6) / figures.eventCount,
    )
    return `${name} ${low.toFixed(2)} µs an event at the smallest size, ${high.toFixed(2)} at the largest: ${(high / low).toFixed(2)} ×`
  }
  return `${describe('computed', ({ computed }) => computed)}; ${describe('saved', ({ saved }) => saved)}.`
}
