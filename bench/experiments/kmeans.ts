import { z } from 'zod'
import { AppError } from '../../src/core/errors.ts'
import { fitKMeans, type KMeansOptions } from '../../src/math/k-means.ts'
import type { Matrix } from '../../src/math/matrix.ts'
import { createRandom } from '../../src/math/random.ts'
import { type Experiment, type ExperimentOptions, optionValue } from '../experiment.ts'
import { type PeerAnswer, runPeer } from '../peers/run-peer.ts'
import { readTable, type Table } from '../table.ts'

const starts = 10
const swaps = 150
/** The rival is run with several seeds: its best is the harder mark. */
const peerSeeds = [0, 1, 2]

/** Inertia of k-means on standardised numeric columns, beside scikit-learn's. */
export const experiment: Experiment = {
  summary: 'inertia of k-means on the numeric columns of a table, beside scikit-learn',
  options: {
    file: { summary: 'CSV or TSV with a header, may be gzipped', required: true },
    k: { summary: 'number of clusters', required: true },
    drop: { summary: 'a column to leave out; may be repeated', multiple: true },
    seed: { summary: 'seed of the starts; 1 when left out' },
  },
  async run(options, say) {
    const { clusterCount, seed } = readNumbers(options)
    const table = await readTable(optionValue(options, 'file') ?? '')
    const { matrix, names, filledCount } = standardise(table, options.drop ?? [])
    say(`${matrix.rowCount} rows × ${names.length} columns`)
    const plain = fitAndTime(matrix, { clusterCount, starts }, seed)
    const swapped = fitAndTime(matrix, { clusterCount, starts, swaps }, seed)
    const whole = fitKMeans(matrix, { clusterCount: 1, starts: 1 }, createRandom(seed)).inertia
    const peer = await askScikitLearn(matrix, clusterCount)
    const best = peer.kind === 'ran' ? Math.min(...peer.output.inertias) : Number.NaN
    const judge = (inertia: number) => ({
      inertia,
      explained: 1 - inertia / whole,
      ...(peer.kind === 'ran' ? { ratioToScikitLearn: inertia / best } : {}),
    })
    return {
      experiment: 'kmeans',
      dataset: { rows: matrix.rowCount, columns: names.join(', '), filledCells: filledCount },
      split: `all rows, k = ${clusterCount}, ${starts} k-means++ starts for everyone`,
      seed,
      models: [
        { name: `best of ${starts} starts`, metrics: judge(plain.inertia), seconds: plain.seconds },
        { name: `and ${swaps} swaps of centres`, metrics: judge(swapped.inertia), seconds: swapped.seconds },
      ],
      baselines: [
        { name: 'one cluster', metrics: { inertia: whole, explained: 0 }, seconds: 0 },
        ...(peer.kind === 'ran'
          ? [
              {
                name: `${peer.output.version}, best of seeds ${peerSeeds.join(', ')}`,
                metrics: { inertia: best, explained: 1 - best / whole },
                seconds: peer.output.seconds,
              },
            ]
          : []),
      ],
      notes: [
        'Numeric columns are brought to mean 0 and deviation 1; an empty cell counts as the mean.',
        ...(peer.kind === 'absent' ? [`Without scikit-learn: ${peer.why}.`] : []),
      ],
    }
  },
}

function fitAndTime(matrix: Matrix, options: KMeansOptions, seed: number) {
  const startedMs = performance.now()
  const { inertia } = fitKMeans(matrix, options, createRandom(seed))
  return { inertia, seconds: (performance.now() - startedMs) / 1000 }
}

function readNumbers(options: ExperimentOptions): { clusterCount: number; seed: number } {
  const [clusterCount, seed] = [Number(optionValue(options, 'k')), Number(optionValue(options, 'seed') ?? 1)]
  if (Number.isInteger(clusterCount) && clusterCount > 0 && Number.isInteger(seed))
    return { clusterCount, seed }
  throw new AppError('bad_usage', '--k must be a whole number above 0 and --seed a whole number')
}

type Standardised = {
  readonly matrix: Matrix
  readonly names: readonly string[]
  readonly filledCount: number
}

function standardise(table: Table, drop: readonly string[]): Standardised {
  const columns = table.columns.flatMap((column) =>
    column.kind === 'numeric' && !drop.includes(column.name) ? [column] : [],
  )
  if (columns.length === 0) throw new AppError('bad_usage', 'the table has no numeric column to group by')
  const { rowCount } = table
  const values = new Float64Array(rowCount * columns.length)
  let filledCount = 0
  for (const [index, column] of columns.entries()) {
    const known = column.values.filter(Number.isFinite)
    const mean = known.reduce((sum, value) => sum + value, 0) / known.length
    const square = known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / known.length
    const deviation = Math.sqrt(square) || 1
    filledCount += rowCount - known.length
    for (const [row, value] of column.values.entries())
      values[row * columns.length + index] = Number.isFinite(value) ? (value - mean) / deviation : 0
  }
  return {
    matrix: { rowCount, columnCount: columns.length, values },
    names: columns.map(({ name }) => name),
    filledCount,
  }
}

const scikitLearnFits = z.object({
  version: z.string(),
  inertias: z.array(z.number()).min(1),
  seconds: z.number(),
})

function askScikitLearn(
  { rowCount, columnCount, values }: Matrix,
  clusterCount: number,
): Promise<PeerAnswer<z.infer<typeof scikitLearnFits>>> {
  const rows = Array.from({ length: rowCount }, (_, row) => [
    ...values.subarray(row * columnCount, (row + 1) * columnCount),
  ])
  const input = { rows, clusterCount, starts, seeds: peerSeeds }
  return runPeer({ script: 'k_means.py', input, output: scikitLearnFits })
}
