import { z } from 'zod'
import { stratifiedFolds } from '../../src/math/metrics/folds.ts'
import { createRandom } from '../../src/math/random.ts'
import { boostingLearner } from '../../src/models/boosting-learner.ts'
import { pickRows } from '../../src/models/folded-rows.ts'
import { pickLearningRows } from '../../src/models/hold-out.ts'
import type { FittedModel, LearningRows } from '../../src/models/learner.ts'
import { type Dependence, traceDependence } from '../../src/models/partial-dependence.ts'
import { measureImportance } from '../../src/models/permutation-importance.ts'
import { sampleShapley } from '../../src/models/sampled-shapley.ts'
import { toProblem } from '../classify/problem.ts'
import { type Experiment, parseOptions } from '../experiment.ts'
import { readTable } from '../table.ts'

const whole = z.coerce.number().int()
const schema = z.object({
  file: z.string(),
  label: z.string(),
  rows: whole.min(1).default(20),
  background: whole.min(1).default(50),
  seed: whole.default(1),
})
const chance = { kind: 'chance' } as const

/** What a boosted model rests on, and how near sampled Shapley values come to exact ones. */
export const experiment: Experiment = {
  summary: 'importance by permutation with intervals, dependence, and sampled against exact Shapley values',
  options: {
    file: { summary: 'CSV or TSV with a header, may be gzipped', required: true },
    label: { summary: 'the column to predict: TRUE/FALSE, yes/no or 1/0', required: true },
    drop: { summary: 'a column to leave out; may be repeated', multiple: true },
    rows: { summary: 'rows explained by sampling; 20 when left out' },
    background: { summary: 'background rows of the sampling; 50 when left out' },
    seed: { summary: 'seed of the split and of all chance; 1 when left out' },
  },
  async run(given, say) {
    const options = parseOptions(schema, given)
    const problem = toProblem(await readTable(options.file), { label: options.label, drop: given.drop ?? [] })
    const random = createRandom(options.seed)
    const folds = stratifiedFolds(problem.labels, 4, random.fork('folds'))
    const places = Uint32Array.from(folds, (_, row) => row)
    const train = pickLearningRows(
      problem,
      places.filter((row) => folds[row] !== 0),
    )
    const held = pickLearningRows(
      problem,
      places.filter((row) => folds[row] === 0),
    )
    const settings = { treeCount: 150, maxDepth: 4, maxLeaves: 16 }
    await using model = await boostingLearner.fit(chance, train, settings, { random: random.fork('fit') })
    say('fitted; now importance')
    const startedMs = performance.now()
    const importances = await measureImportance(
      model,
      held,
      { task: chance },
      { random: random.fork('shuffle') },
    )
    const seconds = (performance.now() - startedMs) / 1000
    const [top] = importances
    const control = { random: random.fork('curves') }
    const dependence =
      top &&
      (await traceDependence(
        model,
        held.dataset,
        { feature: top.feature, task: chance, pointCount: 8 },
        control,
      ))
    say('now sampled reasons')
    return {
      experiment: 'explain',
      dataset: {
        rows: problem.labels.length,
        columns: problem.dataset.featureNames.length,
        held: held.labels.length,
      },
      split: 'three quarters to learn from, importance on the other quarter',
      seed: options.seed,
      models: importances.map(({ feature, importance }) => ({
        name: feature,
        metrics: { lossRise: importance },
        seconds: seconds / importances.length,
      })),
      baselines: [{ name: 'a feature that tells nothing', metrics: { lossRise: 0 }, seconds: 0 }],
      notes: [
        'Rise of the log-loss when a column is shuffled; 95 % intervals, rows drawn anew.',
        ...(dependence ? [describeDependence(dependence)] : []),
        ...(await compareReasons(train, held, options)),
      ],
    }
  },
}

function describeDependence({ feature, points, missingMean }: Dependence): string {
  const curve = points.map(({ value, mean }) => `${Number(value.toPrecision(3))}: ${mean.toFixed(3)}`)
  return `Mean probability by ${feature}: ${curve.join(', ')}; missing: ${missingMean.toFixed(3)}.`
}

/** Of stumps both are the same figure; of deeper trees exact ones follow training rows where sampled ones mix in a background. */
async function compareReasons(
  train: LearningRows,
  held: LearningRows,
  { rows, background, seed }: z.infer<typeof schema>,
): Promise<string[]> {
  const random = createRandom(seed).fork('reasons')
  const shuffled = random.shuffle(Uint32Array.from(train.labels, (_, row) => row))
  const asked = pickRows(
    held.dataset,
    Uint32Array.from({ length: rows }, (_, row) => row),
  )
  const lines: string[] = []
  for (const maxDepth of [1, 4]) {
    const settings = { treeCount: 100, maxDepth, maxLeaves: 2 ** maxDepth }
    await using model = await boostingLearner.fit(chance, train, settings, { random: random.fork('fit') })
    const known = pickRows(train.dataset, shuffled.slice(0, background))
    const figures = await differences(model, asked, known, random)
    lines.push(
      `Sampled against exact Shapley values of trees of depth ${maxDepth}, ${rows} rows, ${background} background rows: mean absolute part ${figures.size.toFixed(4)}, mean difference ${figures.difference.toFixed(4)}, mean standard error told ${figures.standardError.toFixed(4)}, correlation ${figures.correlation.toFixed(4)}.`,
    )
  }
  return lines
}

async function differences(
  model: FittedModel,
  asked: LearningRows['dataset'],
  background: LearningRows['dataset'],
  random: ReturnType<typeof createRandom>,
) {
  const exact = await model.explain?.(asked)
  const sampled = await sampleShapley(model, asked, { background, task: chance }, { random })
  const pairs = asked.rowIds.flatMap((_, row) =>
    model.featureNames.map((feature) => {
      const find = <Part extends { readonly feature: string }>(parts: readonly Part[] | undefined) =>
        parts?.find((part) => part.feature === feature)
      const said = find(sampled.contributions[row])
      return {
        exact: find(exact?.contributions[row])?.contribution ?? 0,
        sampled: said?.contribution ?? 0,
        standardError: said?.standardError ?? 0,
      }
    }),
  )
  const mean = (of: (pair: (typeof pairs)[number]) => number) =>
    pairs.reduce((sum, pair) => sum + of(pair), 0) / pairs.length
  const [meanExact, meanSampled] = [mean((pair) => pair.exact), mean((pair) => pair.sampled)]
  const covariance = mean((pair) => (pair.exact - meanExact) * (pair.sampled - meanSampled))
  const spread =
    mean((pair) => (pair.exact - meanExact) ** 2) * mean((pair) => (pair.sampled - meanSampled) ** 2)
  return {
    size: mean((pair) => Math.abs(pair.exact)),
    difference: mean((pair) => Math.abs(pair.exact - pair.sampled)),
    standardError: mean((pair) => pair.standardError),
    correlation: covariance / Math.sqrt(spread),
  }
}
