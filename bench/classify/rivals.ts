import { z } from 'zod'
import { type PeerAnswer, runPeer } from '../peers/run-peer.ts'
import type { FoldProblem } from './fold-job.ts'
import type { Predictions } from './judge.ts'

/** A rival's out-of-fold answers on the very same folds. */
export type Rival = { readonly name: string; readonly predictions: Predictions; readonly seconds: number }

const rivals = z.object({
  models: z.array(
    z.object({
      name: z.string(),
      predictions: z.array(z.array(z.number()).transform((said) => Float64Array.from(said))),
      seconds: z.number(),
    }),
  ),
})

/** @param folds the fold of each row, one list a seed */
export function askRivals(
  { dataset, labels, categorical }: FoldProblem,
  folds: readonly Uint8Array[],
  foldCount: number,
): Promise<PeerAnswer<{ readonly models: readonly Rival[] }>> {
  const { featureNames, values } = dataset
  const width = featureNames.length
  const input = {
    // A missing value is NaN, which JSON writes as null.
    rows: Array.from(labels, (_, row) => [...values.subarray(row * width, (row + 1) * width)]),
    labels: [...labels],
    categorical: categorical.map((name) => featureNames.indexOf(name)),
    folds: folds.map((fold) => [...fold]),
    foldCount,
  }
  return runPeer({ script: 'classifiers.py', input, output: rivals })
}
