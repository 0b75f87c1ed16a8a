import { divide, exponential, multiply, negate, softplus, square, subtract } from './elementwise.ts'
import type { Tensor } from './graph.ts'
import { logSoftmax } from './normalise.ts'
import { flattenRows, reshape } from './rearrange.ts'
import { sumOfAll, sumOver } from './reduce.ts'
import { describeShape, isSameShape } from './shape.ts'

/** What a loss compares a network's outputs with. */
export type Targets = {
  /** One number a row. */
  readonly labels: Tensor
  /** How much each row counts; rows of weight 0 (padding) count nothing. The loss is the weighted mean. */
  readonly weights: Tensor
}

/** (label − output)². */
export function squaredLoss(output: Tensor, { labels, weights }: Targets): Tensor {
  checkRows(output, labels)
  return weightedMean(square(subtract(labels, output)), weights)
}

/** −ln of the probability of the label, 0 or 1, where the output is the log-odds of 1. */
export function logisticLoss(output: Tensor, { labels, weights }: Targets): Tensor {
  checkRows(output, labels)
  return weightedMean(subtract(softplus(output), multiply(labels, output)), weights)
}

/** Poisson's deviance up to a term without the output, which is the log of the expected count. */
export function poissonLoss(output: Tensor, { labels, weights }: Targets): Tensor {
  checkRows(output, labels)
  return weightedMean(subtract(exponential(output), multiply(labels, output)), weights)
}

/** −ln of the probability of the label's class (int32, 0 to classes − 1), where outputs are [rows × classes] logits. */
export function crossEntropy(logits: Tensor, { labels, weights }: Targets): Tensor {
  const { graph } = logits
  const rows = flattenRows(logits)
  const [rowCount, classCount] = [rows.shape[0] ?? 1, rows.shape[1]]
  if (typeof classCount !== 'number' || !isSameShape(labels.shape, [rowCount]))
    return graph.fail(
      { en: 'logits and labels do not go together', zh: 'logits 与标签不匹配' },
      describeShape(labels.shape),
      logits.shape,
    )
  const [hot] = graph.emit(
    'OneHot',
    [labels, graph.constant([classCount], [], 'int32'), graph.constant([0, 1], [2])],
    [{ shape: rows.shape }],
    { axis: -1 },
  )
  return weightedMean(negate(sumOver(multiply(logSoftmax(rows), hot), [-1])), weights)
}

/** Σ wᵢ xᵢ / Σ wᵢ, or 0 of rows that all weigh 0. */
export function weightedMean(values: Tensor, weights: Tensor): Tensor {
  checkRows(values, weights)
  const { graph } = values
  const [total] = graph.emit('Max', [sumOfAll(weights), graph.constant([1e-12], [])], [{ shape: [] }])
  return divide(sumOfAll(multiply(values, weights)), total)
}

/** One output a row as a plain list: [rows × 1] → [rows]. */
export function asList(output: Tensor): Tensor {
  return reshape(output, output.shape.slice(0, -1))
}

function checkRows(a: Tensor, b: Tensor): void {
  if (!isSameShape(a.shape, b.shape))
    a.graph.fail(
      { en: 'outputs and labels do not go together', zh: '输出与标签不匹配' },
      describeShape(b.shape),
      a.shape,
    )
}
