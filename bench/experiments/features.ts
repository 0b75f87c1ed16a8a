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
    rounds: { summary: 'how often each is timed; the best counts (default 3)' },
  },
  async run(options, say) {
    const { sizes, rounds } = readOptions(options)
    const models: Contender[] = []
    const baselines: Contender[] = []
    for (const events of sizes) {
      const figures = await measureInProcess({ events, rounds })
      say(`${events} events: ${JSON.stringify(figures)}`)
      models.push(...toModels(events, figures))
      baselines.push(toContender(`by hand, ${events} events`, events, figures.byHand))
    }
    return {
      experiment: 'features',
      dataset: { events: sizes.join(', '), items: 20_000, days: 365 },
      split: `as of ${cut}, ${timeZone}`,
      seed,
      models,
      baselines,
      notes: [
        'The bar: ratio ≤ 1.5, cost per event flat, memory ≤ 4 GB. Each size has a process of its own; its peak is of that process, the engine included.',
        'Definitions and query by hand stream every row to the client; the fit of limits, bands, tiers and vocabularies is included. `saved` computes the same inside the engine and keeps it, as `likeness build` does.',
        describeGrowth(models),
      ],
    }
  },
}

function readOptions(options: ExperimentOptions): { sizes: readonly number[]; rounds: number } {
  const sizes = (options.events ?? ['1000000']).map(Number)
  const rounds = Number(optionValue(options, 'rounds') ?? 3)
  const isCount = (value: number) => Number.isInteger(value) && value >= 1
  if (sizes.every((size) => isCount(size) && size >= 4000) && isCount(rounds)) return { sizes, rounds }
  throw new AppError(
    'bad_usage',
    '--events must be whole numbers of at least 4000, --rounds one of at least 1',
  )
}

/** Memory that one size has taken is not given back for sure; a process is. */
async function measureInProcess(job: SizeJob): Promise<SizeFigures> {
  await using child = startWorker<SizeJob, SizeFigures>(
    new URL('../features/size-process.ts', import.meta.url),
  )
  return await child.run(job)
}

function toModels(events: number, figures: SizeFigures): Contender[] {
  const { computed, byHand, saved, ...rest } = figures
  const definitions = toContender(`definitions, ${events} events`, events, computed)
  return [
    {
      ...definitions,
      metrics: { ratio: computed.seconds / byHand.seconds, ...definitions.metrics, ...rest },
    },
    toContender(`saved, ${events} events`, events, saved),
  ]
}

function toContender(name: string, events: number, { seconds, peakMb }: Cost): Contender {
  return { name, metrics: { microsecondsPerEvent: (seconds * 1e6) / events, peakMb }, seconds }
}

/** How the cost of an event changes from the smallest size to the largest. */
function describeGrowth(models: readonly Contender[]): string {
  const costs = models
    .filter(({ name }) => name.startsWith('definitions'))
    .map(({ metrics }) => Number(metrics.microsecondsPerEvent))
  const [first = Number.NaN, last = Number.NaN] = [costs[0], costs.at(-1)]
  return `An event costs ${first.toFixed(2)} µs at the first size and ${last.toFixed(2)} at the last: ${(last / first).toFixed(2)} ×.`
}
