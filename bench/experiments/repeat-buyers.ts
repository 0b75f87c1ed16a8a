import { z } from 'zod'
import { bootstrapIntervals } from '../../src/math/metrics/bootstrap.ts'
import { areaUnderRoc, brierScore, logLoss } from '../../src/math/metrics/classification.ts'
import { stratifiedFolds } from '../../src/math/metrics/folds.ts'
import { createRandom, type Random } from '../../src/math/random.ts'
import { pickRows } from '../../src/models/folded-rows.ts'
import { perceptron } from '../../src/models/perceptron.ts'
import { sequenceNetwork } from '../../src/models/sequence-network.ts'
import { readTransactions } from '../clv/transactions.ts'
import { type Contender, type Experiment, parseOptions } from '../experiment.ts'
import { type BuyerRows, buildBuyerRows } from '../repeat-buyers/buyer-rows.ts'

const weeks = z.coerce.number().int().min(1)
const optionsSchema = z.object({
  transactions: z.string(),
  'calibration-weeks': weeks,
  'holdout-weeks': weeks.optional(),
  folds: z.coerce.number().int().min(2).default(5),
  seed: z.coerce.number().int().default(1),
})

/** Who buys again, by networks over the purchases themselves, beside the same told in columns. */
export const experiment: Experiment = {
  summary: 'who buys again: networks over sequences of purchases beside recency, frequency and spend',
  options: {
    transactions: {
      summary: 'CDNOW table (id [sample id] date units dollars), may be gzipped',
      required: true,
    },
    'calibration-weeks': { summary: 'weeks that are seen, from the first day of the data', required: true },
    'holdout-weeks': { summary: 'weeks in which somebody buys again or not; as many when left out' },
    folds: { summary: 'folds of customers; 5 when left out' },
    seed: { summary: 'seed of everything; 1 when left out' },
  },
  async run(given, say) {
    const options = parseOptions(optionsSchema, given)
    const calibrationWeeks = options['calibration-weeks']
    const holdoutWeeks = options['holdout-weeks'] ?? calibrationWeeks
    const rows = buildBuyerRows(readTransactions(options.transactions), { calibrationWeeks, holdoutWeeks })
    const folds = stratifiedFolds(rows.labels, options.folds, createRandom(options.seed))
    const judged: Judged[] = []
    for (const [name, way] of Object.entries(ways)) {
      const startedMs = performance.now()
      const said = await answerAll(way, rows, folds, options)
      const seconds = (performance.now() - startedMs) / 1000
      judged.push({ name, said, seconds })
      say(`${name}: AUC ${areaUnderRoc(rows.labels, said).toFixed(4)}`)
    }
    const contenders = judged.map((each) => describe(each, judged, rows.labels, options.seed))
    return {
      experiment: 'repeat-buyers',
      dataset: { customers: rows.labels.length, buyers: rows.labels.reduce((sum, label) => sum + label, 0) },
      split: `${calibrationWeeks} weeks seen, the next ${holdoutWeeks} foretold; ${options.folds} folds of customers`,
      seed: options.seed,
      models: contenders.filter(({ name }) => name.startsWith('sequence')),
      baselines: contenders.filter(({ name }) => !name.startsWith('sequence')),
      notes: ['Standard settings; each network holds a fifth of its training rows out to know when to stop.'],
    }
  },
}

type Judged = { readonly name: string; readonly said: Float64Array; readonly seconds: number }

/** What a contender is held against beside its own figures. */
const rival = 'logistic on columns'

/** Learns from some customers and answers others. */
type Way = (rows: BuyerRows, parts: Parts, random: Random) => Promise<Float64Array>
type Parts = { readonly rest: Uint32Array; readonly held: Uint32Array }

const ways: Readonly<Record<string, Way>> = {
  'share of buyers': async ({ labels }, { rest, held }) =>
    new Float64Array(held.length).fill(rest.reduce((sum, row) => sum + (labels[row] ?? 0), 0) / rest.length),
  'logistic on columns': (rows, parts, random) => byColumns([], rows, parts, random),
  'perceptron on columns': (rows, parts, random) =>
    byColumns(perceptron.standard.layers, rows, parts, random),
  'sequence, recurrence': (rows, parts, random) => bySequences('recurrence', rows, parts, random),
  'sequence, convolution': (rows, parts, random) => bySequences('convolution', rows, parts, random),
}

async function byColumns(layers: readonly number[], rows: BuyerRows, { rest, held }: Parts, random: Random) {
  const known = { dataset: pickRows(rows.dataset, rest), labels: pick(rows.labels, rest) }
  await using model = await perceptron.fit(
    { kind: 'chance' },
    known,
    { ...perceptron.standard, layers },
    { random },
  )
  return await model.predict(pickRows(rows.dataset, held))
}

async function bySequences(
  reader: 'recurrence' | 'convolution',
  rows: BuyerRows,
  { rest, held }: Parts,
  random: Random,
) {
  const known = { dataset: pickRows(rows.dataset, rest), labels: pick(rows.labels, rest) }
  const settings = { ...sequenceNetwork.standard, reader }
  await using model = await sequenceNetwork.fit({ kind: 'chance' }, known, settings, { random })
  return await model.predict(pickRows(rows.dataset, held))
}

/** Each fold as answered by what learned from the others. */
async function answerAll(
  way: Way,
  rows: BuyerRows,
  folds: Uint8Array,
  { folds: foldCount, seed }: { readonly folds: number; readonly seed: number },
): Promise<Float64Array> {
  const said = new Float64Array(rows.labels.length)
  const all = Uint32Array.from(folds.keys())
  for (let fold = 0; fold < foldCount; fold++) {
    const parts = {
      rest: all.filter((row) => folds[row] !== fold),
      held: all.filter((row) => folds[row] === fold),
    }
    const answers = await way(rows, parts, createRandom(`${seed}/${fold}`))
    for (const [place, row] of parts.held.entries()) said[row] = answers[place] ?? Number.NaN
  }
  return said
}

function describe(
  { name, said, seconds }: Judged,
  all: readonly Judged[],
  labels: Float64Array,
  seed: number,
): Contender {
  const others = all.find((each) => each.name === rival)?.said ?? said
  const figures = (drawn: Uint32Array) => {
    const [own, answers, theirs] = [pick(labels, drawn), pick(said, drawn), pick(others, drawn)]
    const auc = areaUnderRoc(own, answers)
    return [auc, logLoss(own, answers), brierScore(own, answers), auc - areaUnderRoc(own, theirs)]
  }
  const intervals = bootstrapIntervals(labels.length, figures, createRandom(seed), { resamples: 200 })
  const names = ['auc', 'logLoss', 'brier', `auc less that of ${rival}`]
  const shown = names.flatMap((metric, index) => {
    const interval = intervals[index]
    return interval === undefined || (index === 3 && name === rival) ? [] : [[metric, interval] as const]
  })
  return { name, metrics: Object.fromEntries(shown), seconds }
}

function pick(values: ArrayLike<number>, places: Uint32Array): Float64Array {
  return Float64Array.from(places, (row) => values[row] ?? Number.NaN)
}
