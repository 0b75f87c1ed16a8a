import { areaUnderRoc, logLoss } from '../../src/math/metrics/classification.ts'
import { stratifiedFolds } from '../../src/math/metrics/folds.ts'
import { createRandom } from '../../src/math/random.ts'
import { fitLogistic, predictLogistic } from '../../src/models/logistic.ts'
import { datasetOfTable, selectRows } from '../../src/models/prepare/column-table.ts'
import { applyPreparation, fitPreparation } from '../../src/models/prepare/preparation.ts'
import type { StepSettings } from '../../src/models/prepare/preparation-step.ts'
import type { Contender } from '../experiment.ts'
import type { ColumnProblem } from './column-table.ts'

export type StepsToJudge = {
  readonly name: string
  readonly steps: readonly StepSettings[]
  /** Whether the model clips and takes logarithms by itself, as it does in the product; else it only standardises. */
  readonly hasOwnScaler?: boolean
}

const standardise = { clipAt: [0, 1], logAboveSkewness: Number.POSITIVE_INFINITY } as const

/** Logistic regression behind steps, out of fold: steps and model are fitted within each fold. */
export function judgeSteps(
  { table, target }: ColumnProblem,
  { name, steps, hasOwnScaler = false }: StepsToJudge,
  { foldCount, seed }: { readonly foldCount: number; readonly seed: number },
): Contender {
  const startedMs = performance.now()
  const folds = stratifiedFolds(target, foldCount, createRandom(seed))
  const said = new Float64Array(target.length)
  let columns = 0
  for (let fold = 0; fold < foldCount; fold++) {
    const [rest, held] = [false, true].map((isHeld) =>
      [...target.keys()].filter((row) => (folds[row] === fold) === isHeld),
    )
    if (rest === undefined || held === undefined) continue
    const labels = Float64Array.from(rest, (row) => target[row] ?? Number.NaN)
    const training = { table: selectRows(table, rest), target: labels }
    const { preparation, table: prepared } = fitPreparation(steps, training, createRandom(`${seed}/${fold}`))
    const scaling = hasOwnScaler ? {} : { scaling: standardise }
    const model = fitLogistic(datasetOfTable(prepared), labels, { alpha: 1e-3, ...scaling })
    const later = applyPreparation(preparation, selectRows(table, held))
    const predicted = predictLogistic(model, datasetOfTable(later))
    for (const [place, row] of held.entries()) said[row] = predicted[place] ?? Number.NaN
    columns += prepared.columns.length / foldCount
  }
  const metrics = { auc: areaUnderRoc(target, said), logLoss: logLoss(target, said), columns }
  return { name, metrics, seconds: (performance.now() - startedMs) / 1000 }
}
