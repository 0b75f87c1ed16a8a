import type { Dataset } from '../core/dataset.ts'
import type { Database } from '../database/database.ts'
import { computeFeatures } from '../features/compute-features.ts'
import { featureDefinitions } from '../features/definitions.ts'
import { type FeatureDefinition, valueKindOf } from '../features/feature.ts'
import { computeLabels, type Labels } from '../features/labels.ts'
import { loadSequences } from '../features/load-sequences.ts'
import type { EventSequences } from '../models/event-sequences.ts'
import type { ModelRows } from '../models/learner.ts'

/** Features in words by which a judgement looks at people apart. */
export const sliceLabels = ['country', 'last_channel'] as const

/** Customers as they stood at a cut. */
type CutRows = {
  readonly cutMs: number
  /** With the events behind each row where they were asked for. */
  readonly features: ModelRows
  /** Of `sliceLabels`, one text a row; no model reads them. */
  readonly texts: Readonly<Record<string, readonly string[]>>
}

/** Customers as they stood at a cut, and what they did within a horizon after it. */
export type LabelledRows = CutRows & { readonly labels: Labels }

/** Reads rows as of cuts; a cut that several models ask for is computed once. */
export type RowSource = {
  /** People with at least one order at the cut; columns that mean the same at every cut. */
  featuresAt(cutMs: number): Promise<CutRows>
  labelledAt(cutMs: number, horizonDays: number): Promise<LabelledRows>
  /** The same rows with what each person did last, in its order, for models of sequences. */
  withEvents<Rows extends CutRows>(rows: Rows): Promise<Rows>
}

/** No network here reads further back. */
const momentCount = 64

export function createRowSource(options: {
  readonly database: Database
  readonly timeZone: string
  /** Undefined: the features that ship. */
  readonly definitions?: readonly FeatureDefinition[] | undefined
  readonly signal?: AbortSignal
}): RowSource {
  const { database, timeZone, definitions = featureDefinitions } = options
  const control = options.signal ? { signal: options.signal } : {}
  const computed = new Map<number, Promise<CutRows>>()
  const compute = async (cutMs: number): Promise<CutRows> => {
    const { numbers, labels } = await computeFeatures(database, {
      asOfMs: cutMs,
      timeZone,
      definitions: definitions.filter(
        (each) => isForModels(each) || sliceLabels.some((name) => name === each.name),
      ),
      ...control,
    })
    const rows = customersOf(numbers)
    const names = numbers.featureNames.filter((name) => !forPeople(name, definitions))
    const texts = Object.entries(labels).map(([name, all]) => [name, rows.map((row) => all[row] ?? '')])
    return { cutMs, features: selectDataset(numbers, rows, names), texts: Object.fromEntries(texts) }
  }
  const featuresAt = (cutMs: number): Promise<CutRows> => {
    const known = computed.get(cutMs) ?? compute(cutMs)
    computed.set(cutMs, known)
    return known
  }
  const told = new Map<number, Promise<EventSequences>>()
  const load = async ({ cutMs, features }: CutRows): Promise<EventSequences> => {
    const options = { profileIds: features.rowIds, cutMs, moments: momentCount, ...control }
    return { sequences: await loadSequences(database, options), asOfMs: features.rowIds.map(() => cutMs) }
  }
  return {
    withEvents: async (rows) => {
      const events = told.get(rows.cutMs) ?? load(rows)
      told.set(rows.cutMs, events)
      return { ...rows, features: { ...rows.features, events: await events } }
    },
    featuresAt,
    labelledAt: async (cutMs, horizonDays) => {
      const rows = await featuresAt(cutMs)
      const labels = await computeLabels(database, {
        profileIds: rows.features.rowIds,
        cutMs,
        horizonDays,
        ...control,
      })
      return { ...rows, labels }
    },
  }
}

/** Rows of several cuts one below the other. */
export function joinRows(parts: readonly LabelledRows[], label: (labels: Labels) => ArrayLike<number>) {
  const first = parts[0]
  if (first === undefined) throw new Error('there are no rows to join')
  const values = new Float64Array(parts.reduce((length, part) => length + part.features.values.length, 0))
  let offset = 0
  for (const part of parts) {
    values.set(part.features.values, offset)
    offset += part.features.values.length
  }
  const events = parts.map((part) => part.features.events).filter((own) => own !== undefined)
  const features: ModelRows = {
    featureNames: first.features.featureNames,
    rowIds: parts.flatMap((part) => part.features.rowIds),
    values,
    ...(events.length === parts.length && {
      events: {
        sequences: events.flatMap((own) => own.sequences),
        asOfMs: events.flatMap((own) => Array.from(own.asOfMs)),
      },
    }),
  }
  return { features, target: Float64Array.from(parts.flatMap((part) => Array.from(label(part.labels)))) }
}

/**
 * Numbers and shares of fixed scales: their columns are the same at every cut, whereas the vocabularies of categories,
 * brands and topics are fitted as of each.
 */
export function isForModels(definition: FeatureDefinition): boolean {
  const kind = valueKindOf(definition)
  if (kind === 'number') return true
  return kind === 'shares' && definition.source === 'events' && definition.aggregate.kind === 'scale_share'
}

/** The rows of people who bought, in the order of their ids, as the database has none: the same rows make the same fit. */
function customersOf(dataset: Dataset): number[] {
  const orders = columnOf(dataset, 'order_count')
  const { rowIds } = dataset
  return [...orders.keys()]
    .filter((row) => (orders[row] ?? 0) > 0)
    .sort((a, b) => ((rowIds[a] ?? '') < (rowIds[b] ?? '') ? -1 : 1))
}

/** Whether only people read a feature, or one of its shares: what models read is the same with outliers cut. */
export function forPeople(
  column: string,
  definitions: readonly FeatureDefinition[] = featureDefinitions,
): boolean {
  const [name] = column.split('/')
  return definitions.some((each) => each.name === name && each.audience === 'people')
}

/** The given rows and columns. */
export function selectDataset(
  { featureNames, rowIds, values }: Dataset,
  rows: readonly number[],
  names: readonly string[],
): Dataset {
  const columns = names.map((name) => featureNames.indexOf(name))
  const kept = new Float64Array(rows.length * columns.length)
  for (const [index, row] of rows.entries())
    for (const [place, column] of columns.entries())
      kept[index * columns.length + place] = values[row * featureNames.length + column] ?? Number.NaN
  return { featureNames: names, rowIds: rows.map((row) => rowIds[row] ?? ''), values: kept }
}

/** One column of a dataset; NaN throughout when there is no such column. */
export function columnOf({ featureNames, rowIds, values }: Dataset, name: string): Float64Array {
  const column = featureNames.indexOf(name)
  if (column === -1) return new Float64Array(rowIds.length).fill(Number.NaN)
  return Float64Array.from(rowIds, (_, row) => values[row * featureNames.length + column] ?? Number.NaN)
}
