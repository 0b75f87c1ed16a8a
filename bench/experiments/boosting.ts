import { z } from 'zod'
import { stratifiedFolds } from '../../src/math/metrics/folds.ts'
import { createRandom } from '../../src/math/random.ts'
import {
  measureOwn,
  measureXgboost,
  type SpeedFigures,
  type SpeedProblem,
  type SpeedSettings,
} from '../boosting/compare-speed.ts'
import { makeUpRows } from '../boosting/made-up-rows.ts'
import { toProblem } from '../classify/problem.ts'
import { type Contender, type Experiment, parseOptions } from '../experiment.ts'
import { readTable } from '../table.ts'

const whole = z.coerce.number().int()

const schema = z.object({
  file: z.string().optional(),
  label: z.string().optional(),
  rows: whole.min(100).default(100_000),
  columns: whole.min(5).max(1000).default(20),
  trees: whole.min(1).default(100),
  repeats: whole.min(1).default(3),
  folds: whole.min(2).max(255).default(5),
  seed: whole.default(1),
})

const depths = [6, 4]

/** What a boosted model costs beside XGBoost with the same settings: one thread, CPU time, the same rows and folds. */
export const experiment: Experiment = {
  summary: 'CPU time and AUC of gradient boosting beside XGBoost, one thread, the same settings and rows',
  options: {
    file: { summary: 'CSV or TSV with a header, may be gzipped; made-up rows when left out' },
    label: { summary: 'with --file: the column to predict: TRUE/FALSE, yes/no or 1/0' },
    rows: { summary: 'made-up rows to learn from; 100000 when left out' },
    columns: { summary: 'columns of made-up rows; 20 when left out' },
    trees: { summary: 'trees of a model; 100 when left out' },
    repeats: { summary: 'fits of each model, the quickest counts; 3 when left out' },
    folds: { summary: 'with --file: number of folds; 5 when left out' },
    seed: { summary: 'seed of made-up rows and of folds; 1 when left out' },
  },
  async run(given, say) {
    const options = parseOptions(schema, given)
    const problem = await readProblem(options)
    const settings = depths.map((maxDepth) => settingsOf(options.trees, maxDepth))
    say(`${problem.labels.length} rows × ${problem.dataset.featureNames.length} columns`)
    const own = settings.map((each) => measureOwn(problem, each, options.repeats))
    say('our own are measured; now XGBoost')
    const peer = await measureXgboost(problem, settings, options.repeats)
    const rivals = peer.kind === 'ran' ? peer.output.figures : []
    const version = peer.kind === 'ran' ? peer.output.version : ''
    return {
      experiment: 'boosting',
      dataset: { rows: problem.labels.length, columns: problem.dataset.featureNames.length },
      split: describeSplit(options, problem),
      seed: options.seed,
      models: own.map((figures, index) => contenderOf('ours', depths[index], figures, rivals[index])),
      baselines: rivals.map((figures, index) => contenderOf(version, depths[index], figures)),
      notes: [
        'CPU seconds of the process, one thread; the quickest of the repeats, binning of columns included, summed over folds.',
        'The first fit also compiles: our code by the engine, theirs not at all.',
        ...(peer.kind === 'absent' ? [`Without XGBoost: ${peer.why}.`] : []),
      ],
    }
  },
}

function settingsOf(treeCount: number, maxDepth: number): SpeedSettings {
  return { treeCount, maxDepth, learningRate: 0.1, minChildWeight: 1, l2: 1, maxBins: 255 }
}

async function readProblem({
  file,
  label,
  rows,
  columns,
  folds,
  seed,
}: z.infer<typeof schema>): Promise<SpeedProblem> {
  if (file === undefined) {
    const testCount = Math.round(rows / 4)
    const made = makeUpRows(rows + testCount, columns, createRandom(seed).fork('rows'))
    const all = Uint32Array.from(made.labels.keys())
    return { ...made, categorical: [], parts: [{ train: all.slice(0, rows), test: all.slice(rows) }] }
  }
  const { dataset, labels, categorical } = toProblem(await readTable(file), { label: label ?? '', drop: [] })
  const foldOf = stratifiedFolds(labels, folds, createRandom(seed).fork('folds'))
  const all = Uint32Array.from(labels.keys())
  const parts = Array.from({ length: folds }, (_, fold) => ({
    train: all.filter((row) => foldOf[row] !== fold),
    test: all.filter((row) => foldOf[row] === fold),
  }))
  return { dataset, labels, categorical, parts }
}

function describeSplit({ file, rows, folds }: z.infer<typeof schema>, { parts }: SpeedProblem): string {
  if (file !== undefined) return `${folds} stratified folds, out-of-fold answers pooled`
  return `made-up rows: ${rows} to learn from, ${parts[0]?.test.length ?? 0} to answer`
}

function contenderOf(
  name: string,
  depth: number | undefined,
  { auc, fitSeconds, firstFitSeconds, predictSeconds }: SpeedFigures,
  rival?: SpeedFigures,
): Contender {
  return {
    name: `${name}, depth ${depth}`,
    metrics: {
      auc,
      fitSeconds,
      firstFitSeconds,
      predictSeconds,
      ...(rival && {
        fitRatio: fitSeconds / rival.fitSeconds,
        predictRatio: predictSeconds / rival.predictSeconds,
        aucLessRival: auc - rival.auc,
      }),
    },
    seconds: fitSeconds,
  }
}
