import { z } from 'zod'
import type { Dataset } from '../../src/core/dataset.ts'
import { areaUnderRoc } from '../../src/math/metrics/classification.ts'
import { createRandom } from '../../src/math/random.ts'
import { fitBoosting, predictBoosting } from '../../src/models/boosting.ts'
import { pickRows } from '../../src/models/folded-rows.ts'
import { type PeerAnswer, runPeer } from '../peers/run-peer.ts'

/** Rows to learn from and rows to answer. */
type Part = { readonly train: Uint32Array; readonly test: Uint32Array }

export type SpeedProblem = {
  readonly dataset: Dataset
  readonly labels: Float64Array
  readonly categorical: readonly string[]
  readonly parts: readonly Part[]
}

export type SpeedSettings = {
  readonly treeCount: number
  readonly learningRate: number
  readonly maxDepth: number
  readonly minChildWeight: number
  readonly l2: number
  readonly maxBins: number
}

/** Area under the curve over all test rows, and CPU seconds of the quickest of the repeats, summed over the parts. */
export type SpeedFigures = {
  readonly auc: number
  readonly fitSeconds: number
  readonly firstFitSeconds: number
  readonly predictSeconds: number
}

type Answer = {
  readonly predictions: readonly number[] | Float64Array
  readonly fitSeconds: readonly number[]
  readonly predictSeconds: number
}

/** Our own figures. */
export function measureOwn(problem: SpeedProblem, settings: SpeedSettings, repeats: number): SpeedFigures {
  const answers = problem.parts.map(({ train, test }): Answer => {
    const rows = pickRows(problem.dataset, train)
    const asked = pickRows(problem.dataset, test)
    const labels = Float64Array.from(train, (row) => problem.labels[row] ?? Number.NaN)
    const options = {
      ...settings,
      objective: 'logistic',
      maxLeaves: 2 ** settings.maxDepth,
      categorical: problem.categorical,
    } as const
    const fits = Array.from({ length: repeats }, () =>
      cpuSeconds(() => fitBoosting(rows, labels, options, createRandom(1))),
    )
    const [last] = fits.slice(-1)
    if (last === undefined) throw new Error('nothing was fitted')
    const { result, seconds } = cpuSeconds(() => predictBoosting(last.result, asked))
    return { predictions: result, fitSeconds: fits.map((fit) => fit.seconds), predictSeconds: seconds }
  })
  return toFigures(problem, answers)
}

const peerAnswers = z.object({
  version: z.string(),
  answers: z.array(
    z.array(
      z.object({
        predictions: z.array(z.number()),
        fitSeconds: z.array(z.number()).min(1),
        predictSeconds: z.number(),
      }),
    ),
  ),
})

type PeerFigures = { readonly version: string; readonly figures: readonly SpeedFigures[] }

/** XGBoost's figures of the same parts, one a setting. */
export async function measureXgboost(
  problem: SpeedProblem,
  settings: readonly SpeedSettings[],
  repeats: number,
): Promise<PeerAnswer<PeerFigures>> {
  const { dataset, labels, categorical, parts } = problem
  const width = dataset.featureNames.length
  const input = {
    rows: dataset.rowIds.map((_, row) => [...dataset.values.subarray(row * width, (row + 1) * width)]),
    labels: [...labels],
    categorical: categorical.map((name) => dataset.featureNames.indexOf(name)),
    parts: parts.map(({ train, test }) => ({ train: [...train], test: [...test] })),
    settings,
    repeats,
  }
  const peer = await runPeer({ script: 'boosting_speed.py', input, output: peerAnswers })
  if (peer.kind === 'absent') return peer
  const { version, answers } = peer.output
  return { kind: 'ran', output: { version, figures: answers.map((each) => toFigures(problem, each)) } }
}

function toFigures({ labels, parts }: SpeedProblem, answers: readonly Answer[]): SpeedFigures {
  const rows = parts.flatMap(({ test }) => [...test])
  const said = answers.flatMap(({ predictions }) => [...predictions])
  const sum = (of: (answer: Answer) => number) => answers.reduce((total, answer) => total + of(answer), 0)
  return {
    auc: areaUnderRoc(
      rows.map((row) => labels[row] ?? Number.NaN),
      said,
    ),
    fitSeconds: sum(({ fitSeconds }) => Math.min(...fitSeconds)),
    firstFitSeconds: sum(({ fitSeconds }) => fitSeconds[0] ?? Number.NaN),
    predictSeconds: sum(({ predictSeconds }) => predictSeconds),
  }
}

function cpuSeconds<Result>(work: () => Result): { readonly result: Result; readonly seconds: number } {
  const started = process.cpuUsage()
  const result = work()
  const { user, system } = process.cpuUsage(started)
  return { result, seconds: (user + system) / 1e6 }
}
