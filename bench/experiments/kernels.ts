import { z } from 'zod'
import { createRandom } from '../../src/math/random.ts'
import { type Experiment, parseOptions } from '../experiment.ts'
import { compareTwins } from '../kernels/beside-twins.ts'
import { compareKMeans, compareWays } from '../kernels/k-means-speed.ts'
import { compareLogistic } from '../kernels/logistic-speed.ts'
import { drawEvenly, drawLabelled, drawMixture } from '../kernels/made-up-rows.ts'

const shape = z.object({
  rows: z.coerce.number().int().min(1000).default(200_000),
  columns: z.coerce.number().int().min(1).default(20),
  k: z.coerce.number().int().min(1).default(8),
  seed: z.coerce.number().int().default(1),
})

/** CPU time of the kernels and of what is made of them, beside scikit-learn's on one thread. */
export const experiment: Experiment = {
  summary: 'CPU time of k-means and logistic regression on made-up rows, beside scikit-learn on one thread',
  options: {
    rows: { summary: 'how many rows; 200,000 when left out' },
    columns: { summary: 'how many columns; 20 when left out' },
    k: { summary: 'number of clusters; 8 when left out' },
    seed: { summary: 'seed of rows and starts; 1 when left out' },
  },
  async run(options, say) {
    const { rows: rowCount, columns: columnCount, k: clusterCount, seed } = parseOptions(shape, options)
    const [size, random] = [{ rowCount, columnCount }, createRandom(seed)]
    const mixture = drawMixture(size, 12, random.fork('mixture'))
    const fitted = { clusterCount, seed }
    say('k-means of rows around 12 points')
    const around = await compareKMeans('k-means, around 12 points', mixture, fitted)
    say('k-means of rows spread evenly')
    const even = drawEvenly(size, random.fork('even'))
    const spread = await compareKMeans('k-means, spread evenly', even, fitted)
    say('logistic regression')
    const { matrix, labels } = drawLabelled(size, random.fork('labelled'))
    const logistic = await compareLogistic(matrix, labels)
    say('kernels beside their twins')
    const parts = [around, spread, logistic]
    return {
      experiment: 'kernels',
      dataset: { rows: rowCount, columns: columnCount, k: clusterCount },
      split: 'all rows; CPU seconds of all threads, the least of some runs; scikit-learn on one thread',
      seed,
      models: [
        ...parts.flatMap(({ models }) => models),
        ...(await compareWays(mixture, fitted)),
        ...compareTwins(),
      ],
      baselines: parts.flatMap(({ baselines }) => baselines),
      notes: [
        ...parts.flatMap(({ notes }) => notes),
        'ratio: CPU time over scikit-learn, or of a single kernel over its twin in TypeScript.',
        'An iteration: of a descent from the same centres, the 11th to the 40th.',
      ],
    }
  },
}
