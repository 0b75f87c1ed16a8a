import type { Random } from '../../src/math/random.ts'
import { fitSplitConformal, splitIntervals } from '../../src/models/conformal.ts'
import { fitCrossConformal } from '../../src/models/cross-conformal.ts'
import { elasticNetLearner } from '../../src/models/elastic-net.ts'
import { holdOut } from '../../src/models/hold-out.ts'
import type { FittedModel, LearningRows, Task } from '../../src/models/learner.ts'
import { linearLearner } from '../../src/models/linear-regression.ts'
import { gammaLearner, poissonLearner } from '../../src/models/log-linear-learners.ts'
import { ridgeLearner } from '../../src/models/ridge-learner.ts'
import { boostingMember, memberOf } from '../../src/models/stack-member.ts'
import { createStackLearner } from '../../src/models/stacking.ts'

/** A learner that is asked for the label beside ridge regression. */
export type LearnerContender = {
  readonly name: string
  fit(rows: LearningRows, random: Random): Promise<FittedModel>
}

const alphas = [1e-4, 1e-3, 1e-2, 0.1]
const trees = { learningRate: 0.06, maxDepth: 5, maxLeaves: 16, rowShare: 0.7, treeCount: 250 }

/** Those that can tell such labels: counts and amounts below 0 leave some out. Settings are chosen inside the rows they are given. */
export function contendersFor(labels: Float64Array): LearnerContender[] {
  const amount: Task = { kind: 'amount' }
  const stack = createStackLearner([
    memberOf(
      ridgeLearner,
      alphas.map((alpha) => ({ alpha })),
    ),
    memberOf(elasticNetLearner, [elasticNetLearner.standard]),
    boostingMember({ candidates: [trees] }),
  ])
  const always: LearnerContender[] = [
    { name: 'linear', fit: (rows, random) => linearLearner.fit(amount, rows, {}, { random }) },
    {
      name: 'elastic net',
      fit: (rows, random) => elasticNetLearner.fit(amount, rows, elasticNetLearner.standard, { random }),
    },
    { name: 'stack', fit: (rows, random) => stack.fit(amount, rows, stack.standard, { random }) },
  ]
  const multiplying: LearnerContender[] = [
    {
      name: 'Poisson',
      fit: (rows, random) => poissonLearner.fit({ kind: 'count' }, rows, { alpha: 1e-3 }, { random }),
    },
    { name: 'gamma', fit: (rows, random) => gammaLearner.fit(amount, rows, { alpha: 1e-3 }, { random }) },
  ]
  if (labels.some((label) => label < 0)) return always
  return [...always, ...multiplying.slice(0, labels.every((label) => label > 0) ? 2 : 1)]
}

/** Coverage and mean width of 90 % intervals on rows that nothing was learned from. */
export type IntervalFigures = { readonly coverage: number; readonly width: number }

const coverage = 0.9

/** Ridge regression with CV+ intervals from all rows, and with split conformal ones from a fifth of them. */
export async function judgeIntervals(
  train: LearningRows,
  test: LearningRows,
  random: Random,
): Promise<Readonly<Record<'cv+' | 'split', IntervalFigures>>> {
  const settings = { alpha: 1e-3 }
  const task: Task = { kind: 'amount' }
  await using crossed = await fitCrossConformal(ridgeLearner, task, train, settings, { coverage, random })
  const parts = holdOut(train, 0.2, random.fork('held out'))
  const rest = parts?.rest ?? train
  await using model = await ridgeLearner.fit(task, rest, settings, { random })
  const held = parts?.held ?? train
  const conformal = fitSplitConformal(await model.predict(held.dataset), held.labels, { coverage })
  return {
    'cv+': figuresOf(test.labels, await crossed.predict(test.dataset)),
    split: figuresOf(test.labels, splitIntervals(conformal, await model.predict(test.dataset))),
  }
}

function figuresOf(
  actual: ArrayLike<number>,
  { low, high }: { readonly low: Float64Array; readonly high: Float64Array },
): IntervalFigures {
  let [held, width] = [0, 0]
  for (let row = 0; row < low.length; row++) {
    const [from, to, truth] = [low[row] ?? 0, high[row] ?? 0, actual[row] ?? Number.NaN]
    if (truth >= from && truth <= to) held++
    width += to - from
  }
  return { coverage: held / low.length, width: width / low.length }
}
