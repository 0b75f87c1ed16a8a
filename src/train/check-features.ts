import { AppError } from '../core/errors.ts'
import { pause } from '../core/pause.ts'
import type { Database } from '../database/database.ts'
import { computeFeatures } from '../features/compute-features.ts'
import { featureDefinitions } from '../features/definitions.ts'
import { valueKindOf } from '../features/feature.ts'
import { computeLabels } from '../features/labels.ts'
import type { Random } from '../math/random.ts'
import {
  type ColumnTable,
  datasetOfTable,
  selectRows,
  tableOfDataset,
} from '../models/prepare/column-table.ts'
import { type QualityReport, reportQuality } from '../models/prepare/quality-report.ts'
import { type SelectionMethod, type SelectionStage, selectInTurn } from '../models/prepare/select-columns.ts'
import { forPeople, isForModels } from './row-source.ts'

const dayMs = 86_400_000
const methods: readonly SelectionMethod[] = [
  { by: 'variance' },
  { by: 'correlation' },
  { by: 'information' },
  { by: 'lasso' },
]

export type FeatureCheckOptions = {
  /** The cut whose features are to be trusted; labels end here. */
  readonly asOfMs: number
  readonly firstMs: number
  readonly horizonDays: number
  readonly timeZone: string
  readonly random: Random
  readonly signal?: AbortSignal
}

/** What is to be known of the features before a model learns from them. */
export type FeatureCheck = {
  /** Rows as of this cut have an outcome: whether the customer bought by `asOfMs`. */
  readonly cutMs: number
  readonly asOfMs: number
  readonly horizonDays: number
  /** Columns of customers at the cut, against the label and against those at `asOfMs`. */
  readonly quality: QualityReport
  /** What each way of choosing columns would leave out of the numbers, one after the other; none where the label does not vary. */
  readonly selection: readonly SelectionStage[]
}

/**
 * Checks the features that models read against "bought within the horizon": a column that knows it too well, one whose values moved
 * between the last cut that has an outcome and now, one that is missing or never varies.
 * @throws AppError 'too_little_data' when the history is not longer than the horizon, or nobody had bought before the cut.
 */
export async function checkFeatures(database: Database, options: FeatureCheckOptions): Promise<FeatureCheck> {
  const { asOfMs, firstMs, horizonDays, random, signal } = options
  const cutMs = asOfMs - horizonDays * dayMs
  if (cutMs <= firstMs) throw tooShort(horizonDays, (asOfMs - firstMs) / dayMs)
  const training = await loadColumns(database, cutMs, options)
  if (training.rowIds.length === 0) throw tooShort(horizonDays, (asOfMs - firstMs) / dayMs)
  const later = await loadColumns(database, asOfMs, options)
  const control = signal ? { signal } : {}
  const { hasBought } = await computeLabels(database, {
    profileIds: training.rowIds,
    cutMs,
    horizonDays,
    ...control,
  })
  await pause(signal)
  const target = Float64Array.from(hasBought)
  const quality = reportQuality({ training, later, target }, random.fork('quality'))
  const selection: SelectionStage[] = []
  if (quality.target !== undefined) {
    const numbers = datasetOfTable({
      ...training,
      columns: training.columns.filter(({ kind }) => kind === 'number'),
    })
    for (const stage of selectInTurn(numbers, target, methods, random.fork('selection'))) {
      selection.push(stage)
      await pause(signal)
    }
  }
  return { cutMs, asOfMs, horizonDays, quality, selection }
}

/** The features of customers that mean the same at every cut: numbers as models read them, and words. */
async function loadColumns(
  database: Database,
  asOfMs: number,
  { timeZone, signal }: FeatureCheckOptions,
): Promise<ColumnTable> {
  const { numbers, labels } = await computeFeatures(database, {
    asOfMs,
    timeZone,
    definitions: featureDefinitions.filter((each) => isForModels(each) || valueKindOf(each) === 'label'),
    ...(signal && { signal }),
  })
  const table = tableOfDataset(numbers, labels)
  const orders = table.columns.find(({ name }) => name === 'order_count')?.values ?? []
  const customers = [...table.rowIds.keys()].filter((row) => Number(orders[row]) > 0)
  const columns = table.columns.filter(({ name }) => !forPeople(name))
  return selectRows({ ...table, columns }, customers)
}

function tooShort(horizonDays: number, days: number): AppError {
  const have = Math.floor(days)
  return new AppError('too_little_data', {
    en: `the check needs customers from more than ${horizonDays} days before the cut; the history up to it has ${have} days`,
    zh: `检查需要截点前 ${horizonDays} 天以上已有顾客；截点前的历史只有 ${have} 天`,
  })
}
