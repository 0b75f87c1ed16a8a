import { AppError } from '../../src/core/errors.ts'
import { areaUnderRoc, logLoss } from '../../src/math/metrics/classification.ts'
import { createRandom } from '../../src/math/random.ts'
import { datasetOfTable } from '../../src/models/prepare/column-table.ts'
import { fitPreparation } from '../../src/models/prepare/preparation.ts'
import { reportQuality } from '../../src/models/prepare/quality-report.ts'
import { selectInTurn } from '../../src/models/prepare/select-columns.ts'
import { type Experiment, type ExperimentOptions, optionValue } from '../experiment.ts'
import { type ColumnProblem, toColumnProblem } from '../preparation/column-table.ts'
import { judgeSteps, type StepsToJudge } from '../preparation/judge-steps.ts'
import { readTable } from '../table.ts'

const contenders: readonly StepsToJudge[] = [
  { name: 'scaler of the model, one-hot', steps: [{ kind: 'one-hot' }], hasOwnScaler: true },
  { name: 'robust scale, one-hot', steps: [{ kind: 'scale', method: 'robust' }, { kind: 'one-hot' }] },
  {
    name: 'winsorise, log of skewed, one-hot',
    steps: [{ kind: 'winsorise' }, { kind: 'log', leastSkewness: 2 }, { kind: 'one-hot' }],
  },
  { name: 'power, one-hot', steps: [{ kind: 'power' }, { kind: 'one-hot' }] },
  {
    name: 'quantiles to normal, one-hot',
    steps: [{ kind: 'scale', method: 'quantile', to: 'normal' }, { kind: 'one-hot' }],
  },
  { name: 'power, hashed', steps: [{ kind: 'power' }, { kind: 'hash', bucketCount: 8 }] },
  { name: 'bins, one-hot', steps: [{ kind: 'bins' }, { kind: 'one-hot' }] },
  {
    name: 'bins, one-hot, correlation and L1',
    steps: [
      { kind: 'bins' },
      { kind: 'one-hot' },
      { kind: 'select', method: { by: 'correlation' } },
      { kind: 'select', method: { by: 'lasso' } },
    ],
  },
  { name: 'bins, target encoding', steps: [{ kind: 'bins' }, { kind: 'target' }] },
]

/** What preparation steps do for logistic regression, which columns are chosen, and what the quality report finds. */
export const experiment: Experiment = {
  summary:
    'preparation steps before logistic regression, choice of columns and quality of a table with a yes/no label',
  options: {
    file: { summary: 'CSV or TSV with a header, may be gzipped', required: true },
    label: { summary: 'the column to predict: TRUE/FALSE, yes/no or 1/0', required: true },
    code: { summary: 'a column of numbers that only name things; may be repeated', multiple: true },
    drop: { summary: 'a column to leave out; may be repeated', multiple: true },
    folds: { summary: 'number of folds; 5 when left out' },
    seed: { summary: '1 when left out' },
  },
  async run(options, say) {
    const [foldCount, seed] = [numberOf(options, 'folds', 5), numberOf(options, 'seed', 1)]
    const problem = toColumnProblem(await readTable(optionValue(options, 'file') ?? ''), {
      label: optionValue(options, 'label') ?? '',
      drop: options.drop ?? [],
      codes: options.code ?? [],
    })
    const notes = [...tellQuality(problem, seed), ...tellChoice(problem, seed)]
    for (const note of notes) say(note)
    const models = contenders.map((steps) => {
      const judged = judgeSteps(problem, steps, { foldCount, seed })
      say(`${judged.name}: ${JSON.stringify(judged.metrics)}`)
      return judged
    })
    const { target, table } = problem
    const rate = target.map(() => target.reduce((sum, value) => sum + value, 0) / target.length)
    const metrics = { auc: areaUnderRoc(target, rate), logLoss: logLoss(target, rate), columns: 0 }
    return {
      experiment: 'preparation',
      dataset: { rows: target.length, columns: table.columns.length },
      split: `${foldCount} stratified folds, out of fold; steps and models fitted within each`,
      seed,
      models,
      baselines: [{ name: 'always the base rate', metrics, seconds: 0 }],
      notes,
    }
  },
}

function tellQuality({ table, target }: ColumnProblem, seed: number): string[] {
  const { columns } = reportQuality({ training: table, target }, createRandom(seed))
  const ranked = columns
    .flatMap(({ name, knowledge }) => (knowledge ? [{ name, ...knowledge }] : []))
    .sort((a, b) => b.value - a.value)
    .slice(0, 3)
    .map(
      ({ name, value, low, high }) =>
        `${name} ${[value, low, high].map((each) => each.toFixed(3)).join(' ')}`,
    )
  const found = columns.flatMap(({ name, findings }) => findings.map(({ text }) => `${name}: ${text.en}`))
  return [`by itself (AUC, interval): ${ranked.join('; ')}`, ...found]
}

/** Of all rows, one-hot; what each way of choosing in turn keeps. */
function tellChoice({ table, target }: ColumnProblem, seed: number): string[] {
  const wide = fitPreparation([{ kind: 'one-hot' }], { table, target }, createRandom(seed)).table
  const methods = [{ by: 'variance' }, { by: 'correlation' }, { by: 'information' }, { by: 'lasso' }] as const
  const stages = [...selectInTurn(datasetOfTable(wide), target, methods, createRandom(seed))]
  const counts = stages.map(({ by, kept, dropped }) => `${by} drops ${dropped.length}, keeps ${kept.length}`)
  return [
    `of ${wide.columns.length} columns one-hot: ${counts.join('; ')}`,
    `kept: ${stages.at(-1)?.kept.join(', ') ?? ''}`,
  ]
}

function numberOf(options: ExperimentOptions, name: string, standard: number): number {
  const value = Number(optionValue(options, name) ?? standard)
  if (Number.isInteger(value) && value >= (name === 'folds' ? 2 : 0) && value <= 2 ** 31) return value
  throw new AppError('bad_usage', `--${name} must be a whole number, of folds at least 2`)
}
