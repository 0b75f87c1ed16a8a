import { z } from 'zod'
import { learningCurve } from '../../src/evaluate/learning-curve.ts'
import { areaUnderRoc, logLoss, rankedLogLoss } from '../../src/math/metrics/classification.ts'
import { createRandom } from '../../src/math/random.ts'
import { boostingLearner } from '../../src/models/boosting-learner.ts'
import { holdFolds } from '../../src/models/held-rows.ts'
import type { HeldOut } from '../../src/models/hold-out.ts'
import { searchSettings } from '../../src/models/search-settings.ts'
import type { SearchSpace } from '../../src/models/search-space.ts'
import { toProblem } from '../classify/problem.ts'
import { type Contender, type Experiment, parseOptions } from '../experiment.ts'
import { readTable } from '../table.ts'

type Settings = typeof boostingLearner.standard

const space: SearchSpace<Settings> = {
  learningRate: { kind: 'log-uniform', low: 0.02, high: 0.3 },
  maxLeaves: { kind: 'log-integer', low: 4, high: 64 },
  minChildWeight: { kind: 'log-uniform', low: 0.3, high: 30 },
  l2: { kind: 'log-uniform', low: 0.1, high: 30 },
  columnShare: { kind: 'uniform', low: 0.3, high: 1 },
  rowShare: { kind: 'uniform', low: 0.5, high: 1 },
}
const optionsSchema = z.object({
  file: z.string(),
  label: z.string(),
  trials: z.coerce.number().int().min(1).default(27),
  minutes: z.coerce.number().positive().default(10),
  seed: z.coerce.number().int().default(1),
})

/** What searched settings of boosting are worth on rows that no trial saw, and whether more rows would help. */
export const experiment: Experiment = {
  summary:
    'settings of boosting by successive halving and guided proposals, judged on a fifth never searched on',
  options: {
    file: { summary: 'CSV or TSV with a header, may be gzipped', required: true },
    label: { summary: 'the column to predict: TRUE/FALSE, yes/no or 1/0', required: true },
    trials: { summary: 'settings tried at most; 27 when left out' },
    minutes: { summary: 'time at most; 10 when left out' },
    seed: { summary: '1 when left out' },
  },
  async run(options, say) {
    const { file, label, trials, minutes, seed } = parseOptions(optionsSchema, options)
    const random = createRandom(seed)
    const { dataset, labels, categorical } = toProblem(await readTable(file), { label, drop: [] })
    const [outer] = holdFolds({ dataset, labels, categorical }, 5, random.fork('test'))
    if (outer === undefined) throw new Error('five folds have a first one')
    const startedMs = performance.now()
    const base = { ...boostingLearner.standard, treeCount: 200 }
    const { best, state } = await searchSettings(
      boostingLearner,
      { task: { kind: 'chance' }, rows: { kind: 'folds', rows: outer.rest, count: 3 } },
      {
        space,
        from: base,
        budget: { trials, minutes },
        random: random.fork('search'),
        clock: () => performance.now(),
        onTrial: (step) => {
          const { loss, share, trial } = step.best
          say(
            `${step.state.trials.length} of ${trials} settings, ${step.state.seconds.toFixed(0)} s; best ${loss.toFixed(4)} on ${share.toFixed(2)} of the rows (trial ${trial})`,
          )
        },
      },
    )
    const seconds = (performance.now() - startedMs) / 1000
    const [standard, tuned] = [await judge(outer, base, seed), await judge(outer, best.settings, seed)]
    const curve = await learningCurve(boostingLearner, { kind: 'chance' }, outer, {
      settings: best.settings,
      metric: { name: 'log_loss', sign: -1, of: rankedLogLoss },
      random: random.fork('curve'),
    })
    const rate = labels.reduce((sum, value) => sum + value, 0) / labels.length
    const always = new Float64Array(outer.held.labels.length).fill(rate)
    return {
      experiment: 'tune',
      dataset: { rows: labels.length, columns: dataset.featureNames.length },
      split: 'a fifth held out of everything; the search on 3 folds of the rest',
      seed,
      models: [
        { name: 'standard settings', metrics: standard, seconds: 0 },
        { name: 'searched settings', metrics: tuned, seconds },
      ],
      baselines: [
        {
          name: 'always the base rate',
          metrics: { logLoss: logLoss(outer.held.labels, always), auc: 0.5 },
          seconds: 0,
        },
      ],
      notes: [
        `${state.trials.length} settings, ${state.trials.filter(({ losses }) => losses.length === 3).length} of them on all rows`,
        `best: ${JSON.stringify(best.settings)}`,
        `log-loss by rows learned from: ${curve.points.map(({ rowCount, value }) => `${rowCount} ${value.toFixed(4)}`).join(', ')}`,
      ],
    }
  },
}

async function judge(
  { rest, held }: HeldOut,
  settings: Settings,
  seed: number,
): Promise<Contender['metrics']> {
  const random = createRandom(seed).fork('judge')
  await using model = await boostingLearner.fit({ kind: 'chance' }, rest, settings, { random })
  const predicted = await model.predict(held.dataset)
  return { logLoss: logLoss(held.labels, predicted), auc: areaUnderRoc(held.labels, predicted) }
}
