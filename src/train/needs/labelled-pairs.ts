import type { Dataset } from '../../core/dataset.ts'
import { throwIfStopped } from '../../core/errors.ts'
import { type Cuts, splitInTime } from '../../evaluate/cuts.ts'
import type { EvaluationSplit } from '../../evaluate/evaluation.ts'
import type { PairGroups } from '../../features/pair-groups.ts'
import { type PairOutcomes, type PairTable, rowsPerShopper } from '../../features/pair-rows.ts'
import { openPairSource, type PairSource, type PairSourceOptions } from '../../features/pair-source.ts'
import { loadStatedBands } from '../../features/stated-bands.ts'
import type { Training } from '../training.ts'

/** Rows of shoppers and what they may need at one cut, with what came of them. */
export type LabelledPairs = { readonly table: PairTable; readonly outcomes: PairOutcomes }

export type PairSplit = {
  readonly train: readonly LabelledPairs[]
  readonly validation: LabelledPairs
  readonly test: LabelledPairs
  readonly split: EvaluationSplit
}

/**
 * About how many rows are learned from (of all cuts before the validation one), and how many each other cut gives: kept by
 * reading fewer shoppers.
 */
export type RowLimits = { readonly train: number; readonly judge: number }

/** Everything that is asked of the history of a training, read once. @throws AppError as `splitInTime` does. */
export async function openTrainingPairs(
  training: Training,
  horizonDays: number,
  groups: PairGroups,
): Promise<{ readonly source: PairSource; readonly cuts: Cuts }> {
  const cuts = splitInTime({ firstMs: training.firstMs, lastMs: training.asOfMs }, horizonDays)
  const cutsMs = [...cuts.trainMs, cuts.validationMs, cuts.testMs, training.asOfMs]
  return { cuts, source: await openPairs(training, { horizonDays, groups, cutsMs }) }
}

/** The history up to the training's cut, for questions as of some cuts. */
export async function openPairs(
  { database, rows, asOfMs, signal }: Training,
  asked: Pick<PairSourceOptions, 'horizonDays' | 'groups' | 'cutsMs'>,
): Promise<PairSource> {
  const { features } = await rows.featuresAt(asOfMs)
  return openPairSource(database, { ...asked, asOfMs, shopperCount: features.rowIds.length, signal })
}

export async function loadPairSplit(
  training: Training,
  { source, cuts }: { readonly source: PairSource; readonly cuts: Cuts },
  { horizonDays, limits }: { readonly horizonDays: number; readonly limits: RowLimits },
): Promise<PairSplit> {
  const load = (cutMs: number, rowLimit: number) => loadLabelled(training, source, { cutMs, rowLimit })
  const train: LabelledPairs[] = []
  for (const cutMs of cuts.trainMs) train.push(await load(cutMs, limits.train / cuts.trainMs.length))
  const validation = await load(cuts.validationMs, limits.judge)
  const test = await load(cuts.testMs, limits.judge)
  return {
    train,
    validation,
    test,
    split: {
      trainCutsMs: cuts.trainMs,
      validationCutMs: cuts.validationMs,
      testCutMs: cuts.testMs,
      horizonDays,
      trainRowCount: train.reduce((sum, { table }) => sum + table.personOf.length, 0),
      validationRowCount: validation.table.personOf.length,
      testRowCount: test.table.personOf.length,
    },
  }
}

async function loadLabelled(
  training: Training,
  source: PairSource,
  { cutMs, rowLimit }: { readonly cutMs: number; readonly rowLimit: number },
): Promise<LabelledPairs> {
  throwIfStopped(training.signal)
  const { features: people } = await training.rows.featuresAt(cutMs)
  const stated = await loadStated(training, people, cutMs)
  const table = source.pairsAt(cutMs, { people, stated, limit: rowLimit / rowsPerShopper })
  return { table, outcomes: source.outcomesOf(cutMs, table) }
}

/** Everybody's rows as of the cut that people are scored at, some thousands of shoppers at a time. */
export async function* loadPairsToScore(training: Training, source: PairSource): AsyncGenerator<PairTable> {
  const { asOfMs, signal } = training
  const { features: people } = await training.rows.featuresAt(asOfMs)
  const stated = await loadStated(training, people, asOfMs)
  for await (const table of source.everyonesPairs(asOfMs, { people, stated })) {
    throwIfStopped(signal)
    yield table
  }
}

function loadStated({ database, timeZone, signal }: Training, { rowIds }: Dataset, cutMs: number) {
  return loadStatedBands(database, { profileIds: rowIds, cutMs, timeZone, signal })
}

/** Rows of several cuts one below the other. */
export function joinPairs(parts: readonly LabelledPairs[]): {
  readonly dataset: Dataset
  readonly hasBought: Uint8Array
  readonly units: Float64Array
  readonly usualUnits: Float64Array
} {
  const first = parts[0]
  if (first === undefined) throw new Error('there are no rows to join')
  return {
    dataset: {
      featureNames: first.table.dataset.featureNames,
      rowIds: parts.flatMap(({ table }) => table.dataset.rowIds),
      values: concatenate(parts.map(({ table }) => table.dataset.values)),
    },
    hasBought: Uint8Array.from(concatenate(parts.map(({ outcomes }) => outcomes.hasBought))),
    units: concatenate(parts.map(({ outcomes }) => outcomes.units)),
    usualUnits: concatenate(parts.map(({ table }) => table.usualUnits)),
  }
}

function concatenate(parts: readonly (Float64Array | Uint8Array)[]): Float64Array {
  const joined = new Float64Array(parts.reduce((length, part) => length + part.length, 0))
  let offset = 0
  for (const part of parts) {
    joined.set(part, offset)
    offset += part.length
  }
  return joined
}

/** Those rows of a dataset. */
export function pickRows({ featureNames, rowIds, values }: Dataset, rows: readonly number[]): Dataset {
  const width = featureNames.length
  const picked = new Float64Array(rows.length * width)
  for (const [index, row] of rows.entries())
    picked.set(values.subarray(row * width, (row + 1) * width), index * width)
  return { featureNames, rowIds: rows.map((row) => rowIds[row] ?? ''), values: picked }
}
