import { z } from 'zod'
import { fitKMeans, fitKMeansOnThreads } from '../../src/math/k-means.ts'
import { createKernelPool } from '../../src/math/kernel-pool.ts'
import { createKernelTwins } from '../../src/math/kernel-twins.ts'
import { descendLloyd } from '../../src/math/lloyd.ts'
import type { Matrix } from '../../src/math/matrix.ts'
import { createRandom } from '../../src/math/random.ts'
import type { Contender } from '../experiment.ts'
import { askScikitLearn } from './ask-scikit-learn.ts'
import { leastCpu } from './cpu-time.ts'

const [short, long, starts, runs] = [10, 40, 10, 2]

const answers = z.object({
  version: z.string(),
  secondsAnIteration: z.number(),
  descendedInertia: z.number(),
  seconds: z.number(),
  inertia: z.number(),
})

export type Speeds = {
  readonly models: readonly Contender[]
  readonly baselines: readonly Contender[]
  readonly notes: readonly string[]
}

/**
 * k-means beside scikit-learn's: whole fits of ten starts, each as it ends by itself, and an iteration of a descent from the same
 * centres, which goes the same way in both.
 */
export async function compareKMeans(
  name: string,
  matrix: Matrix,
  { clusterCount, seed }: { readonly clusterCount: number; readonly seed: number },
): Promise<Speeds> {
  const start = matrix.values.slice(0, clusterCount * matrix.columnCount)
  const descend = (maxIterations: number) => leastCpu(() => descendLloyd(matrix, start, { maxIterations }), 3)
  const [few, many] = [descend(short), descend(long)]
  const options = { clusterCount, starts }
  const whole = leastCpu(() => fitKMeans(matrix, options, createRandom(seed)), runs)
  const settings = { clusterCount, start: [...start], short, long, starts, runs }
  const peer = await askScikitLearn(matrix, { task: 'k-means', settings }, answers)
  const secondsAnIteration =
    (many.cpuSeconds - few.cpuSeconds) / (many.answer.iterations - few.answer.iterations)
  const own = {
    cpuSeconds: whole.cpuSeconds,
    inertia: whole.answer.inertia,
    msAnIteration: 1000 * secondsAnIteration,
    inertiaDescended: many.answer.inertia,
  }
  if (peer.kind === 'absent')
    return {
      models: [{ name, metrics: own, seconds: whole.cpuSeconds }],
      baselines: [],
      notes: [`${name} without scikit-learn: ${peer.why}.`],
    }
  const { output } = peer
  const ratios = {
    ratio: whole.cpuSeconds / output.seconds,
    ratioAnIteration: secondsAnIteration / output.secondsAnIteration,
    inertiaRatio: whole.answer.inertia / output.inertia,
  }
  const rival = {
    cpuSeconds: output.seconds,
    inertia: output.inertia,
    msAnIteration: 1000 * output.secondsAnIteration,
    inertiaDescended: output.descendedInertia,
  }
  return {
    models: [{ name, metrics: { ...own, ...ratios }, seconds: whole.cpuSeconds }],
    baselines: [{ name: `${name}, ${output.version}`, metrics: rival, seconds: output.seconds }],
    notes: [],
  }
}

/** The same fit by the twins and on threads: what compiling and sharing give, and that neither changes a bit. */
export async function compareWays(
  matrix: Matrix,
  { clusterCount, seed }: { readonly clusterCount: number; readonly seed: number },
): Promise<Contender[]> {
  const options = { clusterCount, starts: 1 }
  const compiled = leastCpu(() => fitKMeans(matrix, options, createRandom(seed)), 2)
  const twin = leastCpu(() => fitKMeans(matrix, options, createRandom(seed), createKernelTwins), 1)
  await using pool = createKernelPool(2)
  await fitKMeansOnThreads(matrix, options, createRandom(seed), { pool })
  const [beforeMs, before] = [performance.now(), process.cpuUsage()]
  const shared = await fitKMeansOnThreads(matrix, options, createRandom(seed), { pool })
  const { user, system } = process.cpuUsage(before)
  const sharedSeconds = (performance.now() - beforeMs) / 1000
  const line = (name: string, cpuSeconds: number, inertia: number, seconds = cpuSeconds): Contender => ({
    name,
    metrics: { cpuSeconds, inertia, isSame: Number(inertia === compiled.answer.inertia) },
    seconds,
  })
  return [
    line('one start, compiled', compiled.cpuSeconds, compiled.answer.inertia),
    line('one start, twins in TypeScript', twin.cpuSeconds, twin.answer.inertia),
    line('one start, on 2 threads', (user + system) / 1e6, shared.inertia, sharedSeconds),
  ]
}
