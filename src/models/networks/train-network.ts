import { AppError } from '../../core/errors.ts'
import { exportNetwork, type Network, type NetworkWeights } from '../../tensor/network.ts'
import { createTrainer } from '../../tensor/trainer.ts'
import type { FitControl } from '../learner.ts'
import type { Batches } from './batches.ts'
import { type Epoch, type EpochSettings, runEpochs } from './run-epochs.ts'

/** Settings that every network has. */
export type NetworkSettings = EpochSettings & {
  /** Share of units that each step leaves out, 0 to below 1. */
  readonly dropout: number
  readonly weightDecay: number
  /** Gradients longer than this are scaled down to it; null for no limit. */
  readonly clipNorm: number | null
  /** Rows held out of training where no validation rows are given; 0 for none. */
  readonly validationShare: number
}

export type TrainedNetwork = {
  readonly onnx: Uint8Array
  readonly history: readonly Epoch[]
  readonly keptEpoch: number
}

/** @throws AppError 'bad_input' naming the first setting that is impossible. */
export function checkNetworkSettings(kind: string, settings: NetworkSettings): void {
  const isCount = (value: number) => Number.isInteger(value) && value > 0
  const isShare = (value: number) => value >= 0 && value < 1
  const atLeast = (value: number) => value >= 0 && Number.isFinite(value)
  const isRate = (value: number) => value > 0 && Number.isFinite(value)
  const { clipNorm, patience, schedule } = settings
  const complaints: readonly (readonly [keyof NetworkSettings, boolean, string])[] = [
    ['epochs', isCount(settings.epochs), 'a whole number above 0'],
    ['batchSize', isCount(settings.batchSize), 'a whole number above 0'],
    ['learningRate', isRate(settings.learningRate), 'a number above 0'],
    ['dropout', isShare(settings.dropout), 'a share, 0 to below 1'],
    ['weightDecay', atLeast(settings.weightDecay), 'a number of at least 0'],
    ['clipNorm', clipNorm === null || isRate(clipNorm), 'a number above 0, or null for no limit'],
    ['validationShare', isShare(settings.validationShare), 'a share, 0 to below 1'],
    ['patience', patience === null || isCount(patience), 'a whole number above 0, or null for never'],
    ['schedule', schedule.kind === 'constant' || isShare(schedule.warmupShare), 'a warm-up of 0 to below 1'],
  ]
  for (const [name, isRight, expected] of complaints)
    if (!isRight) throw wrongSetting(kind, name, expected, settings[name])
}

export function wrongSetting(kind: string, name: string, expected: string, received: unknown): AppError {
  return new AppError(
    'bad_input',
    { en: `the setting '${name}' does not fit`, zh: `设置“${name}”不合适` },
    { where: `settings of '${kind}'`, expected, received: JSON.stringify(received) },
  )
}

/**
 * Trains a network whose answers are `answer`, and writes it, of several forms the last, as an .onnx file.
 * @throws AppError 'stopped', 'diverged'.
 */
export async function trainNetwork(
  network: Network | readonly [Network, ...Network[]],
  batches: { readonly training: Batches; readonly validation: Batches | undefined },
  settings: NetworkSettings,
  control: FitControl & { readonly start?: Partial<NetworkWeights> | undefined },
): Promise<TrainedNetwork> {
  const { learningRate, weightDecay, clipNorm } = settings
  const random = control.random.fork('network')
  await using trainer = await createTrainer(
    network,
    { learningRate, weightDecay, ...(clipNorm !== null && { clipNorm }) },
    random,
    control.start && { start: control.start },
  )
  const order = { ...control, random: control.random.fork('order') }
  const { weights, history, keptEpoch } = await runEpochs(trainer, batches, settings, order)
  if (!Object.values(weights.parameters).every((values) => values.every(Number.isFinite)))
    throw new AppError('diverged', {
      en: 'the weights of the network are not finite: lower learningRate',
      zh: '网络权重不是有限值：请降低 learningRate',
    })
  const written = typeof network === 'function' ? network : (network.at(-1) ?? network[0])
  return { onnx: exportNetwork(written, weights), history, keptEpoch }
}
