import { AppError } from '../../src/core/errors.ts'
import type { ContenderFigures, MetricValue } from '../../src/evaluate/evaluation.ts'
import { groupedFolds } from '../../src/math/metrics/folds.ts'
import { createRandom } from '../../src/math/random.ts'
import { type RatedTexts, readRatedTexts } from '../../src/models/sentiment.ts'
import { judgeSentiment } from '../../src/train/judge-sentiment.ts'
import { type Contender, type Experiment, type ExperimentOptions, optionValue } from '../experiment.ts'
import { readLabelledTexts } from '../sentiment/labelled-texts.ts'

/** Good or bad from the words of a text, beside the class of most; with groups, each is also held out in turn. */
export const experiment: Experiment = {
  summary: 'is a text good or bad: learned from four fifths of a table, judged on the rest',
  options: {
    file: { summary: 'CSV or TSV with a header, may be gzipped', required: true },
    text: { summary: 'the column of texts; several, joined, with commas between them', required: true },
    label: { summary: 'the column that says good or bad: 1/0, TRUE/FALSE or yes/no', required: true },
    group: { summary: 'a column whose values are held out in turn, such as a category' },
    seed: { summary: 'of the split; 1 when left out' },
  },
  async run(options, say) {
    const seed = readSeed(options)
    const labelled = await readLabelledTexts({
      file: optionValue(options, 'file') ?? '',
      texts: (optionValue(options, 'text') ?? '').split(','),
      label: optionValue(options, 'label') ?? '',
      group: optionValue(options, 'group'),
    })
    const { texts, labels } = labelled
    say(`${texts.length} texts`)
    const rated = await readRatedTexts(texts, labels)
    const folds = groupedFolds(labels, texts, 5, createRandom(seed).fork('folds'))
    const judged = await judge('a fifth held out', rated, (row) => folds[row] === 0, seed)
    say(`a fifth held out: ${writeFigures(judged.model)}`)
    const held = await holdOutGroups(rated, labelled.groups ?? [], seed, say)
    return {
      experiment: 'sentiment',
      dataset: {
        texts: texts.length,
        different: new Set(texts).size,
        good: labels.reduce((a, b) => a + b, 0),
      },
      split:
        'a fifth held out by chance, equal texts together; settings chosen and calibrated inside the rest',
      seed,
      models: [judged.model, ...held],
      baselines: judged.baselines,
      notes:
        held.length === 0 ? [] : [`mean accuracy over ${held.length} groups held out: ${meanAccuracy(held)}`],
    }
  },
}

async function judge(name: string, rated: RatedTexts, isTest: (row: number) => boolean, seed: number) {
  const startedMs = performance.now()
  const { evaluation } = await judgeSentiment(rated, isTest, createRandom(seed))
  const seconds = (performance.now() - startedMs) / 1000
  const [model, ...baselines] = evaluation.contenders
  if (model === undefined) throw new Error('a judgement without a model')
  const [penalty, bayesShare] = [evaluation.settings.penalty, evaluation.settings.bayesShare].map(Number)
  return {
    model: {
      name,
      metrics: { ...figuresOf(model), penalty: penalty ?? Number.NaN, bayesShare: bayesShare ?? 0 },
      seconds,
    },
    baselines: baselines.map(
      (each): Contender => ({ name: each.name.en, metrics: figuresOf(each), seconds: 0 }),
    ),
  }
}

/** Each group is read with what was learned from all others. */
async function holdOutGroups(
  rated: RatedTexts,
  groups: readonly string[],
  seed: number,
  say: (line: string) => void,
): Promise<Contender[]> {
  const held: Contender[] = []
  for (const group of new Set(groups)) {
    const { model } = await judge(`without ${group}`, rated, (row) => groups[row] === group, seed)
    held.push(model)
    say(`${group} held out: ${writeFigures(model)}`)
  }
  return held
}

function writeFigures({ metrics, seconds }: Contender): string {
  const [accuracy, auc] = [metrics.accuracy, metrics.auc].map((figure) =>
    (typeof figure === 'object' ? figure.value : (figure ?? Number.NaN)).toFixed(4),
  )
  return `accuracy ${accuracy}, AUC ${auc}, ${seconds.toFixed(0)} s`
}

function figuresOf({ metrics }: ContenderFigures): Contender['metrics'] {
  const names = ['auc', 'accuracy', 'log_loss', 'ece']
  return Object.fromEntries(names.map((name) => [name, toFigure(metrics[name])]))
}

function toFigure(metric: MetricValue | undefined) {
  const { value = Number.NaN, low = Number.NaN, high = Number.NaN } = metric ?? {}
  return { value, low, high }
}

function meanAccuracy(held: readonly Contender[]): string {
  const values = held.map(({ metrics: { accuracy = Number.NaN } }) =>
    typeof accuracy === 'number' ? accuracy : accuracy.value,
  )
  return (values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(4)
}

function readSeed(options: ExperimentOptions): number {
  const seed = Number(optionValue(options, 'seed') ?? 1)
  if (Number.isInteger(seed)) return seed
  throw new AppError('bad_usage', '--seed must be a whole number')
}
