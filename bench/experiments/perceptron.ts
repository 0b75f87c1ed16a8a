import { writeFile } from 'node:fs/promises'
import { z } from 'zod'
import { AppError } from '../../src/core/errors.ts'
import { meanAbsoluteError, rootMeanSquaredError, rSquared } from '../../src/math/metrics/regression.ts'
import { createRandom } from '../../src/math/random.ts'
import { holdOut } from '../../src/models/hold-out.ts'
import type { FittedModel, LearningRows } from '../../src/models/learner.ts'
import { type PerceptronCard, perceptron } from '../../src/models/perceptron.ts'
import { ridgeLearner } from '../../src/models/ridge-learner.ts'
import { type Contender, type Experiment, parseOptions } from '../experiment.ts'
import { drawScatter } from '../perceptron/draw-scatter.ts'
import { datasetOf, drawShoppers, noise, textbookSettings, textbookShopper } from '../perceptron/textbook.ts'
import { columnOf, readTable } from '../table.ts'

const optionsSchema = z.object({
  file: z.string().optional(),
  label: z.string().default('need'),
  predict: z.string().default(textbookShopper.join(',')),
  rows: z.coerce.number().int().min(10).default(2000),
  epochs: z.coerce.number().int().min(1).default(textbookSettings.epochs),
  scatter: z.string().optional(),
  seed: z.coerce.number().int().default(1),
})
type Options = z.infer<typeof optionsSchema>

/** The textbook's network on a table of shoppers, or on simulated ones; a fifth of the rows is held out. */
export const experiment: Experiment = {
  summary: 'the textbook network: age, income, browsing duration, purchase frequency → need',
  options: {
    file: { summary: 'CSV or TSV with a header and numeric columns; simulated shoppers when left out' },
    label: { summary: 'the column to predict; need when left out' },
    predict: { summary: 'one shopper to predict, a number a column; 30,80000,0.5,2 when left out' },
    rows: { summary: 'simulated shoppers; 2000 when left out' },
    epochs: { summary: 'passes through the rows; 100 when left out' },
    scatter: { summary: 'where the scatter of predicted against actual is written, as SVG' },
    seed: { summary: 'seed of everything; 1 when left out' },
  },
  run: (options, say) => run(parseOptions(optionsSchema, options), say),
}

async function run(options: Options, say: (line: string) => void): ReturnType<Experiment['run']> {
  const random = createRandom(options.seed)
  const rows =
    options.file === undefined ? drawShoppers(options.rows, random.fork('shoppers')) : await readRows(options)
  const split = holdOut(rows, 0.2, random.fork('held out'))
  if (split === undefined) throw new AppError('too_little_data', 'too few rows to hold a fifth of them out')
  const settings = { ...textbookSettings, epochs: options.epochs }
  const startedMs = performance.now()
  await using model = await perceptron.fit({ kind: 'amount' }, split.rest, settings, {
    random: random.fork('perceptron'),
    validation: split.held,
    progress: ({ done, total, loss }) => {
      if (done % 10 === 0) say(`epoch ${done} of ${total}: squared error ${loss?.toFixed(4)} in deviations`)
    },
  })
  const seconds = (performance.now() - startedMs) / 1000
  const predicted = await model.predict(split.held.dataset)
  const asked = await predictOne(model, options.predict)
  if (options.scatter !== undefined) await writeScatter(options.scatter, split.held, predicted)
  const history = (model.save().card as PerceptronCard).history
  return {
    experiment: 'perceptron',
    dataset: {
      rows: rows.labels.length,
      columns: rows.dataset.featureNames.join(', '),
      held: predicted.length,
    },
    split: `a fifth held out; 64-64-1, ReLU, Adam, squared error, ${history.length} epochs, batches of 32`,
    seed: options.seed,
    models: [{ name: 'perceptron', metrics: figuresOf(split.held, predicted), seconds }],
    baselines: await fitBaselines(split.rest, split.held, options.seed),
    notes: [
      `Of [${options.predict}] it says ${asked.toFixed(3)}.`,
      `MAE of the rows held out by epoch: ${history
        .map((epoch) => epoch.validationError?.toFixed(3))
        .filter((_, index) => index % 10 === 9)
        .join(', ')} (every tenth).`,
      ...(options.file === undefined
        ? [`The simulated needs have a noise of deviation ${noise}: no MSE below ${noise ** 2}.`]
        : []),
      ...(options.scatter === undefined ? [] : [`Predicted against actual: ${options.scatter}`]),
    ],
  }
}

async function readRows({ file = '', label }: Options): Promise<LearningRows> {
  const table = await readTable(file)
  const target = columnOf(table, label)
  if (target.kind !== 'numeric') throw new AppError('bad_usage', `the column '${label}' is not numeric`)
  const columns = table.columns.flatMap((column) =>
    column.kind === 'numeric' && column.name !== label ? [column] : [],
  )
  const known = [...target.values.keys()].filter((row) => Number.isFinite(target.values[row]))
  const values = known.flatMap((row) => columns.map((column) => column.values[row] ?? Number.NaN))
  return {
    dataset: datasetOf(
      Float64Array.from(values),
      columns.map(({ name }) => name),
    ),
    labels: known.map((row) => target.values[row] ?? Number.NaN),
  }
}

/** @throws AppError 'bad_usage' when there are not as many numbers as columns. */
async function predictOne(model: FittedModel, text: string): Promise<number> {
  const values = Float64Array.from(text.split(','), Number)
  if (values.length !== model.featureNames.length || values.some(Number.isNaN))
    throw new AppError('bad_usage', '--predict takes a number a column, with commas between', {
      expected: model.featureNames.join(','),
      received: text,
    })
  const [said = Number.NaN] = await model.predict(datasetOf(values, model.featureNames))
  return said
}

async function fitBaselines(rest: LearningRows, held: LearningRows, seed: number): Promise<Contender[]> {
  const mean = Array.from(rest.labels).reduce((sum, label) => sum + label, 0) / rest.labels.length
  const startedMs = performance.now()
  const control = { random: createRandom(seed) }
  await using linear = await ridgeLearner.fit({ kind: 'amount' }, rest, ridgeLearner.standard, control)
  const seconds = (performance.now() - startedMs) / 1000
  const said = await linear.predict(held.dataset)
  return [
    {
      name: 'the mean',
      metrics: figuresOf(held, new Float64Array(held.labels.length).fill(mean)),
      seconds: 0,
    },
    { name: 'ridge regression', metrics: figuresOf(held, said), seconds },
  ]
}

function figuresOf({ labels }: LearningRows, predicted: Float64Array): Contender['metrics'] {
  return {
    mse: rootMeanSquaredError(labels, predicted) ** 2,
    mae: meanAbsoluteError(labels, predicted),
    r2: rSquared(labels, predicted),
  }
}

async function writeScatter(path: string, { labels }: LearningRows, predicted: Float64Array): Promise<void> {
  const points = Array.from(labels, (label, row) => [label, predicted[row] ?? Number.NaN] as const)
  await writeFile(path, drawScatter(points, `Predicted against actual, ${points.length} shoppers held out`))
}
