import { AppError } from '../../src/core/errors.ts'
import { findHistorySource } from '../../src/database/history-source.ts'
import { sqlFile } from '../../src/database/sql-file.ts'
import { computeFeatures } from '../../src/features/compute-features.ts'
import { featureDefinitions } from '../../src/features/definitions.ts'
import { type Experiment, type ExperimentOptions, optionValue } from '../experiment.ts'
import { countsOf, type ImportedHistory, openImportedHistory } from '../imported-history.ts'
import { joinBands } from '../infer-traits/banded-people.ts'
import { type Band, countMoreEven, parseBands } from '../infer-traits/bands.ts'
import { inferBands } from '../infer-traits/infer-bands.ts'
import { readReading } from '../reading.ts'
import { readTexts } from '../table.ts'

const selectPeople = sqlFile(import.meta.url, '../infer-traits/people.sql')

/** A trait of people, in bands, from what they buy: settings nested, beside the majority and a plain regression. */
export const experiment: Experiment = {
  summary: 'a trait in bands inferred from behaviour, out of fold, beside the majority and two plain columns',
  options: {
    transactions: { summary: 'the file of events', required: true },
    map: { summary: 'its mapping' },
    as: { summary: 'its format, instead of --map' },
    items: { summary: 'a file of the catalogue' },
    'items-map': { summary: 'its mapping' },
    'items-as': { summary: 'its format, instead of --items-map' },
    people: { summary: 'a table with a column of people and one of the trait', required: true },
    person: { summary: 'the column of the person: ids as the events have them', required: true },
    trait: { summary: 'the column of the trait', required: true },
    bands: {
      summary: "its labels in bands: 'LABEL, LABEL | LABEL | …', or a JSON list of lists",
      required: true,
    },
    plain: { summary: 'the features of the plain baseline; spend,order_count when left out' },
    folds: { summary: 'number of folds; 5 when left out' },
    seeds: { summary: 'how many fold seeds are averaged; 3 when left out' },
    seed: { summary: 'the first fold seed; 1 when left out' },
    'time-zone': { summary: "the shop's; UTC when left out" },
  },
  async run(options, say) {
    const settings = readSettings(options)
    const { persons, labels } = await readPeople(options)
    const timeZone = optionValue(options, 'time-zone') ?? 'UTC'
    await using history = await openImportedHistory(await readFiles(options), {
      timeZone,
      seed: settings.seeds[0] ?? 0,
    })
    const { bands, plain } = settings
    const features = await computeBehaviour(history, timeZone)
    const people = joinBands({ persons, labels, bands }, features, await findProfiles(history))
    const missing = plain.find((name) => !people.dataset.featureNames.includes(name))
    if (missing !== undefined)
      throw new AppError('bad_usage', `no feature '${missing}' varies between these people`)
    say(`${people.counts.people} people, ${people.dataset.featureNames.length} columns`)
    const problem = { dataset: people.dataset, bandOf: people.bandOf, bandCount: bands.length, plain }
    const bandNames = bands.map(({ name }) => name)
    const { comparisons, ...contenders } = await inferBands({ problem, bandNames, ...settings }, say)
    return {
      experiment: 'infer-traits',
      dataset: {
        ...countsOf(history.reports),
        ...people.counts,
        ...Object.fromEntries(bandNames.map((name, band) => [`band ${name}`, sizeOf(people.bandOf, band)])),
        columns: people.dataset.featureNames.length,
      },
      split: `${settings.foldCount} folds stratified by band, out-of-fold answers pooled; figures are means over fold seeds ${settings.seeds.join(', ')}`,
      seed: settings.seeds[0] ?? 0,
      ...contenders,
      notes: [...explain(labels, bands, plain), ...comparisons],
    }
  },
}

function readSettings(options: ExperimentOptions) {
  const [foldCount, seedCount] = [numberOf(options, 'folds', 5), numberOf(options, 'seeds', 3)]
  const seed = numberOf(options, 'seed', 1)
  if (foldCount < 2 || foldCount > 255 || seedCount < 1)
    throw new AppError('bad_usage', '--folds must be in 2..255 and --seeds at least 1')
  return {
    foldCount,
    seeds: Array.from({ length: seedCount }, (_, index) => seed + index),
    bands: parseBands(optionValue(options, 'bands') ?? ''),
    plain: (optionValue(options, 'plain') ?? 'spend,order_count').split(',').map((name) => name.trim()),
  }
}

function numberOf(options: ExperimentOptions, name: string, standard: number): number {
  const value = Number(optionValue(options, name) ?? standard)
  if (Number.isInteger(value)) return value
  throw new AppError('bad_usage', `--${name} must be a whole number`)
}

async function readFiles(options: ExperimentOptions) {
  const items = optionValue(options, 'items')
  return [
    ...(items === undefined
      ? []
      : [{ path: items, reading: await readReading(options, { as: 'items-as', map: 'items-map' }) }]),
    { path: optionValue(options, 'transactions') ?? '', reading: await readReading(options) },
  ]
}

async function readPeople(options: ExperimentOptions) {
  const table = await readTexts(optionValue(options, 'people') ?? '')
  const [persons = [], labels = []] = ['person', 'trait'].map((option) => {
    const name = optionValue(options, option) ?? ''
    const column = table.get(name)
    if (column !== undefined) return column
    throw new AppError('bad_usage', `the table of people has no column '${name}'`, {
      expected: [...table.keys()].join(', '),
    })
  })
  return { persons, labels }
}

/** Numbers and shares from events alone: what people state of themselves is no behaviour. */
async function computeBehaviour({ database, asOfMs, topicsVersion }: ImportedHistory, timeZone: string) {
  const definitions = featureDefinitions.filter(({ source }) => source !== 'traits')
  const options = { asOfMs, timeZone, definitions, ...(topicsVersion && { topicsVersion }) }
  return (await computeFeatures(database, options)).numbers
}

async function findProfiles({ database }: ImportedHistory): Promise<ReadonlyMap<string, string>> {
  const rows = await database.query<{ user_id: string; profile_id: string }>(selectPeople, {
    parameters: { history: await findHistorySource(database) },
  })
  return new Map(rows.map(({ user_id, profile_id }) => [user_id, profile_id]))
}

function sizeOf(bandOf: Uint8Array, band: number): number {
  return bandOf.filter((own) => own === band).length
}

function explain(labels: readonly string[], bands: readonly Band[], plain: readonly string[]): string[] {
  const { more, all } = countMoreEven(labels, bands)
  return [
    `Of the ${all} ways to cut these labels, in this order, into ${bands.length} bands, ${more} are more even than these.`,
    `The plain baseline reads ${plain.join(' and ')} alone, with penalties chosen as the models' are.`,
    'Limits, bands, tiers, vocabularies and topics of features are fitted on everyone in the files without any label; everything that reads a label is fitted inside training folds, settings on folds inside those.',
    'Intervals are 95 %, people resampled, of the mean over the fold seeds; differences on the same drawn people.',
  ]
}
