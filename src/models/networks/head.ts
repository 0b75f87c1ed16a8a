import { add, addNumber, exponential, scale, sigmoid } from '../../tensor/elementwise.ts'
import type { Graph, Tensor } from '../../tensor/graph.ts'
import {
  asList,
  crossEntropy,
  logisticLoss,
  poissonLoss,
  squaredLoss,
  type Targets,
} from '../../tensor/losses.ts'
import type { NetworkValues } from '../../tensor/network.ts'
import { softmax } from '../../tensor/normalise.ts'
import type { Feed } from '../../tensor/onnx-session.ts'
import type { LearningRows, Task } from '../learner.ts'

/** What networks can be asked. */
export const networkTasks = ['amount', 'count', 'chance', 'class'] as const
export type NetworkTask = Exclude<Task, { readonly kind: 'order' }>

/** Where a network's outputs start from, so that it has only to learn what differs from row to row. */
export type Head = {
  readonly task: NetworkTask
  /** What the outputs are told from: the mean amount, log of the mean count, log-odds, log of each class's share. */
  readonly base: readonly number[]
  /** Deviation of amounts: the network learns them in these units; 1 for other tasks. */
  readonly unit: number
}

/** Of training rows whose weights are all above 0. */
export function fitHead(task: NetworkTask, labels: ArrayLike<number>, weights: Float64Array): Head {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const mean = (read: (label: number) => number) =>
    weights.reduce((sum, weight, row) => sum + weight * read(labels[row] ?? Number.NaN), 0) / total
  const average = mean((label) => label)
  switch (task.kind) {
    case 'amount': {
      const deviation = Math.sqrt(mean((label) => (label - average) ** 2))
      return { task, base: [average], unit: deviation > 1e-12 * Math.abs(average) ? deviation : 1 }
    }
    case 'count':
      return { task, base: [Math.log(Math.max(average, 1e-6))], unit: 1 }
    case 'chance': {
      const share = Math.min(1 - 1e-6, Math.max(1e-6, average))
      return { task, base: [Math.log(share / (1 - share))], unit: 1 }
    }
    case 'class': {
      const shares = Array.from({ length: task.classCount }, (_, index) =>
        mean((label) => Number(label === index)),
      )
      return { task, base: shares.map((share) => Math.log(Math.max(share, 1e-6))), unit: 1 }
    }
    default:
      return task satisfies never
  }
}

export function widthOfHead({ task }: Head): number {
  return task.kind === 'class' ? task.classCount : 1
}

/** The loss and the answers of outputs [rows × width of the head]; labels come as `labels`, weights as `weights`. */
export function attachHead({ task, base, unit }: Head, outputs: Tensor): NetworkValues {
  const { graph } = outputs
  if (task.kind === 'class') {
    const logits = add(outputs, graph.constant(base, [base.length]))
    const loss = crossEntropy(logits, targetsOf(graph, 'int32'))
    return { loss, outputs: { answer: softmax(logits) } }
  }
  const output = asList(outputs)
  const targets = targetsOf(graph, 'float32')
  const [start = 0] = base
  switch (task.kind) {
    case 'amount':
      return {
        loss: squaredLoss(output, targets),
        outputs: { answer: addNumber(scale(output, unit), start) },
      }
    case 'count': {
      const logMean = addNumber(output, start)
      return { loss: poissonLoss(logMean, targets), outputs: { answer: exponential(logMean) } }
    }
    case 'chance': {
      const logOdds = addNumber(output, start)
      return { loss: logisticLoss(logOdds, targets), outputs: { answer: sigmoid(logOdds) } }
    }
    default:
      return task satisfies never
  }
}

/** Labels and weights of rows as the head reads them. */
export type HeadRows = { readonly labels: Float32Array; readonly weights: Float32Array }

export function labelsForHead(
  { task, base, unit }: Head,
  { labels, weights }: Pick<LearningRows, 'labels' | 'weights'>,
): HeadRows {
  const [start = 0] = base
  const read = (label: number) => (task.kind === 'amount' ? (label - start) / unit : label)
  return {
    labels: Float32Array.from(labels, read),
    weights: weights === undefined ? new Float32Array(labels.length).fill(1) : Float32Array.from(weights),
  }
}

/** Labels and weights of a batch. */
export function feedHead(
  { task }: Head,
  { labels, weights }: HeadRows,
  rows: Uint32Array,
): Record<string, Feed> {
  const shape = [rows.length]
  const own = (row: number) => labels[row] ?? Number.NaN
  return {
    labels: {
      data: task.kind === 'class' ? Int32Array.from(rows, own) : Float32Array.from(rows, own),
      shape,
    },
    weights: { data: Float32Array.from(rows, (row) => weights[row] ?? 0), shape },
  }
}

function targetsOf(graph: Graph, type: 'float32' | 'int32'): Targets {
  return { labels: graph.input('labels', ['rows'], type), weights: graph.input('weights', ['rows']) }
}
