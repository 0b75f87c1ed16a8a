import { throwIfStopped } from '../core/errors.ts'
import { splitInTime } from '../evaluate/cuts.ts'
import type { EvaluationSplit } from '../evaluate/evaluation.ts'
import type { LabelledRows } from './row-source.ts'
import type { Training } from './training.ts'

/** Labelled rows at the cuts of one horizon: learned from, tuned on, judged on. */
export type SplitRows = {
  readonly train: readonly LabelledRows[]
  readonly validation: LabelledRows
  readonly test: LabelledRows
  readonly split: EvaluationSplit
}

/** @throws AppError 'too_little_data' when the history is too short for the horizon. */
export async function loadSplit(training: Training, horizonDays: number): Promise<SplitRows> {
  const cuts = splitInTime({ firstMs: training.firstMs, lastMs: training.asOfMs }, horizonDays)
  const load = async (cutMs: number) => {
    throwIfStopped(training.signal)
    const rows = await training.rows.labelledAt(cutMs, horizonDays)
    return training.effort === 'thorough' ? training.rows.withEvents(rows) : rows
  }
  const train: LabelledRows[] = []
  for (const cutMs of cuts.trainMs) train.push(await load(cutMs))
  const [validation, test] = [await load(cuts.validationMs), await load(cuts.testMs)]
  const split: EvaluationSplit = {
    trainCutsMs: cuts.trainMs,
    validationCutMs: cuts.validationMs,
    testCutMs: cuts.testMs,
    horizonDays,
    trainRowCount: train.reduce((sum, rows) => sum + rows.features.rowIds.length, 0),
    validationRowCount: validation.features.rowIds.length,
    testRowCount: test.features.rowIds.length,
  }
  return { train, validation, test, split }
}
