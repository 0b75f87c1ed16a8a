import { AppError } from '../../src/core/errors.ts'
import { bootstrapIntervals } from '../../src/math/metrics/bootstrap.ts'
import { meanAbsoluteError, rootMeanSquaredError, rSquared } from '../../src/math/metrics/regression.ts'
import { createRandom, type Random } from '../../src/math/random.ts'
import type { LearningRows } from '../../src/models/learner.ts'
import { fitRidge, predictRidge, type RidgeOptions } from '../../src/models/ridge.ts'
import type { Contender, ExperimentResult } from '../experiment.ts'
import { columnOf, readTable, type Table, type TableColumn } from '../table.ts'
import { contendersFor, judgeIntervals } from './learner-contenders.ts'
import { applyTableDesign, fitTableDesign, pickNumbers } from './table-design.ts'

export type TableQuestion = {
  readonly file: string
  readonly label: string
  readonly drop: readonly string[]
  readonly foldCount: number
  readonly seed: number
}

/** Linear models and their stack judged out of fold, with their intervals; ridge regression's settings are chosen on a slice inside each training fold. */
export async function judgeTable(
  { file, label, drop, foldCount, seed }: TableQuestion,
  say: (line: string) => void,
): Promise<ExperimentResult> {
  const table = await readTable(file)
  const problem = toProblem(table, label, drop)
  const random = createRandom(seed)
  const folds = drawFolds(problem, foldCount, random.fork('folds'))
  const ridge = new Float64Array(problem.labels.length)
  const mean = new Float64Array(problem.labels.length)
  const chosen: string[] = []
  const contenders = contendersFor(problem.labels)
  const others = contenders.map(({ name }) => ({
    name,
    said: new Float64Array(problem.labels.length),
    seconds: 0,
  }))
  const intervals: IntervalFold[] = []
  let ridgeSeconds = 0
  for (const [index, { train, test }] of folds.entries()) {
    const begunMs = performance.now()
    const options = chooseOptions(problem, train)
    chosen.push(describeOptions(options))
    say(`fold ${index + 1} of ${foldCount}: ${describeOptions(options)}`)
    place(ridge, test, fitAndPredict(problem, { train, test }, options))
    ridgeSeconds += (performance.now() - begunMs) / 1000
    const rows = toLearningRows(problem, { train, test })
    for (const [own, contender] of contenders.entries()) {
      const startMs = performance.now()
      await using model = await contender.fit(rows.train, random.fork(`${contender.name} ${index}`))
      const answer = others[own]
      if (answer === undefined) continue
      place(answer.said, test, await model.predict(rows.test.dataset))
      answer.seconds += (performance.now() - startMs) / 1000
    }
    intervals.push(await judgeIntervals(rows.train, rows.test, random.fork(`intervals ${index}`)))
    const average = train.reduce((sum, row) => sum + (problem.labels[row] ?? 0), 0) / train.length
    place(
      mean,
      test,
      Float64Array.from(test, () => average),
    )
  }
  const judge = (predicted: Float64Array) => judgePredictions(problem.labels, predicted, random)
  return {
    experiment: 'regress',
    dataset: describeProblem(problem, table, label),
    split: `${foldCount} seeded folds, predictions out of fold pooled`,
    seed,
    models: [
      { name: 'ridge', metrics: judge(ridge), seconds: ridgeSeconds },
      ...others.map(({ name, said, seconds }) => ({ name, metrics: judge(said), seconds })),
      ...(['cv+', 'split'] as const).map((way) => ({
        name: `90 % intervals of ridge, ${way}`,
        metrics: {
          coverage: meanOf(intervals.map((fold) => fold[way].coverage)),
          width: meanOf(intervals.map((fold) => fold[way].width)),
        },
        seconds: 0,
      })),
    ],
    baselines: [{ name: 'mean', metrics: judge(mean), seconds: 0 }],
    notes: [
      'Intervals are 95 %, rows resampled, the same rows for every contender.',
      `Settings chosen inside the training folds: ${[...new Set(chosen)].join('; ')}.`,
    ],
  }
}

/** What to predict from what; rows without a label are left out. */
type Problem = {
  readonly columns: readonly TableColumn[]
  /** One a row, in the rows' order. */
  readonly labels: Float64Array
}

type Fold = { readonly train: Uint32Array; readonly test: Uint32Array }

function toProblem(table: Table, label: string, drop: readonly string[]): Problem {
  const target = columnOf(table, label)
  if (target.kind !== 'numeric')
    throw new AppError('bad_usage', `the label '${label}' is not numeric`, {
      received: target.values.slice(0, 5).join(', '),
    })
  const left = new Set([label, ...drop.map((name) => columnOf(table, name).name)])
  const labelled = [...target.values.keys()].filter((row) => Number.isFinite(target.values[row]))
  const rows = Uint32Array.from(labelled)
  const columns = table.columns
    .filter((column) => !left.has(column.name))
    .map(
      (column): TableColumn =>
        column.kind === 'numeric'
          ? { ...column, values: pickNumbers(column.values, rows) }
          : { ...column, values: Array.from(rows, (row) => column.values[row] ?? '') },
    )
  return { columns, labels: pickNumbers(target.values, rows) }
}

function drawFolds({ labels }: Problem, foldCount: number, random: Random): Fold[] {
  if (labels.length < 10 * foldCount)
    throw new AppError('too_little_data', `${labels.length} labelled rows are too few for ${foldCount} folds`)
  const rows = random.shuffle(Uint32Array.from(labels, (_, row) => row))
  return Array.from({ length: foldCount }, (_, fold) => ({
    train: rows.filter((_row, rank) => rank % foldCount !== fold),
    test: rows.filter((_row, rank) => rank % foldCount === fold),
  }))
}

const alphas = [1e-4, 1e-3, 1e-2, 0.1, 1]

/** The options with the least error on the last fifth of the training rows, fitted on the rest. */
function chooseOptions(problem: Problem, rows: Uint32Array): RidgeOptions {
  const cut = Math.floor(0.8 * rows.length)
  const inner = { train: rows.subarray(0, cut), test: rows.subarray(cut) }
  const actual = pickNumbers(problem.labels, inner.test)
  const isLoggable = problem.labels.every((value) => value >= 0)
  const targets = isLoggable ? (['plain', 'log'] as const) : (['plain'] as const)
  let best: { readonly options: RidgeOptions; readonly error: number } | undefined
  for (const options of targets.flatMap((target) => alphas.map((alpha) => ({ alpha, target })))) {
    const error = rootMeanSquaredError(actual, fitAndPredict(problem, inner, options))
    if (best === undefined || error < best.error) best = { options, error }
  }
  if (best === undefined) throw new Error('there are no settings to choose from')
  return best.options
}

function fitAndPredict({ columns, labels }: Problem, { train, test }: Fold, options: RidgeOptions) {
  const design = fitTableDesign(columns, train)
  const model = fitRidge(applyTableDesign(design, train), pickNumbers(labels, train), options)
  return predictRidge(model, applyTableDesign(design, test))
}

type IntervalFold = Awaited<ReturnType<typeof judgeIntervals>>

/** The rows of a fold behind the port. */
function toLearningRows({ columns, labels }: Problem, { train, test }: Fold) {
  const design = fitTableDesign(columns, train)
  const rows = (chosen: Uint32Array): LearningRows => ({
    dataset: applyTableDesign(design, chosen),
    labels: pickNumbers(labels, chosen),
  })
  return { train: rows(train), test: rows(test) }
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function judgePredictions(actual: Float64Array, predicted: Float64Array, random: Random) {
  const [r2, mae, rmse] = bootstrapIntervals(
    actual.length,
    (rows) => {
      const [truth, guess] = [pickNumbers(actual, rows), pickNumbers(predicted, rows)]
      return [
        rSquared(truth, guess),
        meanAbsoluteError(truth, guess),
        rootMeanSquaredError(truth, guess),
      ] as const
    },
    random.fork('bootstrap'),
  )
  return { ...(r2 && { r2 }), ...(mae && { mae }), ...(rmse && { rmse }) } satisfies Contender['metrics']
}

function describeProblem({ columns, labels }: Problem, table: Table, label: string) {
  return {
    rows: labels.length,
    rowsWithoutLabel: table.rowCount - labels.length,
    label,
    numericColumns: columns.filter(({ kind }) => kind === 'numeric').length,
    textColumns: columns.filter(({ kind }) => kind === 'text').length,
  }
}

function describeOptions({ alpha, target }: RidgeOptions): string {
  return `alpha ${alpha}, ${target} label`
}

function place(into: Float64Array, rows: Uint32Array, values: Float64Array): void {
  for (const [index, row] of rows.entries()) into[row] = values[index] ?? Number.NaN
}
