import { pause } from '../../core/pause.ts'
import type { Random } from '../../math/random.ts'
import type { NetworkWeights } from '../../tensor/network.ts'
import { type Schedule, scheduledShare } from '../../tensor/schedule.ts'
import type { Trainer } from '../../tensor/trainer.ts'
import type { FitControl } from '../learner.ts'
import type { Batches } from './batches.ts'

export type EpochSettings = {
  /** At most so many passes through the rows. */
  readonly epochs: number
  readonly batchSize: number
  readonly learningRate: number
  readonly schedule: Schedule
  /** Ends after so many epochs without a smaller loss on the rows held out, and takes the best; null for never. */
  readonly patience: number | null
}

/** How one epoch went; losses are means over its rows, in the loss's own units. */
export type Epoch = {
  readonly loss: number
  readonly validationLoss?: number
  /** Mean absolute error of the rows held out, in units of the labels. */
  readonly validationError?: number
}

export type TrainingRun = {
  /** Of the last epoch, or of the best on the rows held out where there is patience. */
  readonly weights: NetworkWeights
  readonly history: readonly Epoch[]
  /** Whose parameters those are, from 0. */
  readonly keptEpoch: number
}

/** @throws AppError 'stopped', 'diverged'. */
export async function runEpochs(
  trainer: Trainer,
  { training, validation }: { readonly training: Batches; readonly validation: Batches | undefined },
  settings: EpochSettings,
  control: FitControl & { readonly random: Random },
): Promise<TrainingRun> {
  const order = Uint32Array.from({ length: training.rowCount }, (_, row) => row)
  const history: Epoch[] = []
  let best: { loss: number; epoch: number; weights: NetworkWeights } | undefined
  for (let epoch = 0; epoch < settings.epochs; epoch++) {
    control.random.shuffle(order)
    const loss = await runEpoch(trainer, { training, order, epoch }, settings, control.signal)
    const judged: Judged = validation === undefined ? {} : await judge(trainer, validation, control.signal)
    history.push({ loss, ...judged })
    control.progress?.({ done: epoch + 1, total: settings.epochs, loss: judged.validationLoss ?? loss })
    if (settings.patience === null || judged.validationLoss === undefined) continue
    if (best === undefined || judged.validationLoss < best.loss)
      best = { loss: judged.validationLoss, epoch, weights: trainer.weights() }
    else if (epoch - best.epoch >= settings.patience) break
  }
  return {
    weights: best?.weights ?? trainer.weights(),
    history,
    keptEpoch: best?.epoch ?? history.length - 1,
  }
}

async function runEpoch(
  trainer: Trainer,
  {
    training,
    order,
    epoch,
  }: { readonly training: Batches; readonly order: Uint32Array; readonly epoch: number },
  settings: EpochSettings,
  signal: AbortSignal | undefined,
): Promise<number> {
  const batches = (training.cut ?? cutBatches)(order, settings.batchSize)
  let [sum, weight] = [0, 0]
  for (const [place, rows] of batches.entries()) {
    await pause(signal)
    const step = epoch * batches.length + place
    const share = scheduledShare(settings.schedule, step, settings.epochs * batches.length)
    const rate = settings.learningRate * share
    const loss = await trainer.step(training.feedOf(rows), rate, training.formOf?.(rows))
    const own = training.weightOf(rows)
    sum += loss * own
    weight += own
  }
  return sum / weight
}

type Judged = Pick<Epoch, 'validationLoss' | 'validationError'>

async function judge(
  trainer: Trainer,
  validation: Batches,
  signal: AbortSignal | undefined,
): Promise<Judged> {
  const order = Uint32Array.from({ length: validation.rowCount }, (_, row) => row)
  let [losses, errors, weight] = [0, 0, 0]
  for (const rows of (validation.cut ?? cutBatches)(order, answerBatchSize)) {
    await pause(signal)
    const { loss, answer } = await trainer.evaluate(validation.feedOf(rows), validation.formOf?.(rows))
    const own = validation.weightOf(rows)
    losses += (loss?.[0] ?? Number.NaN) * own
    errors += validation.errorOf(rows, answer ?? new Float32Array())
    weight += own
  }
  return { validationLoss: losses / weight, validationError: errors / weight }
}

/** Rows that are answered in one run. */
export const answerBatchSize = 4096

export function cutBatches(order: Uint32Array, size: number): Uint32Array[] {
  return Array.from({ length: Math.ceil(order.length / size) }, (_, index) =>
    order.slice(index * size, (index + 1) * size),
  )
}
