import { AppError } from '../core/errors.ts'
import { minimiseLbfgs } from '../math/lbfgs.ts'
import { elementAt, itemAt } from '../math/matrix.ts'

/** A map from a model's scores to probabilities that hold; plain data, fitted on rows the model did not learn from. */
export type Calibration =
  | {
      readonly kind: 'platt'
      readonly formatVersion: 1
      /** Probability = sigmoid(slope · log-odds of the score + intercept). */
      readonly slope: number
      readonly intercept: number
    }
  | {
      readonly kind: 'isotonic'
      readonly formatVersion: 1
      /** Scores, ascending, and the probability at each; linear in between, flat outside. */
      readonly scores: readonly number[]
      readonly probabilities: readonly number[]
    }

/**
 * Platt's scaling: two parameters, for a few hundred rows and more. Labels are smoothed as he did, so that separable rows
 * give no certainty.
 * Source: Platt (1999), "Probabilistic outputs for support vector machines", on log-odds of the scores.
 * @param scores probabilities, 0..1
 * @throws AppError 'too_little_data' when only one class is there.
 */
export function fitPlatt(scores: ArrayLike<number>, labels: ArrayLike<number>): Calibration {
  const positiveCount = countPositives(scores, labels)
  const [yes, no] = [(positiveCount + 1) / (positiveCount + 2), 1 / (labels.length - positiveCount + 2)]
  const odds = Float64Array.from(scores, logit)
  const { point, hasConverged } = minimiseLbfgs(
    ([slope = 0, intercept = 0], gradient) => {
      gradient.fill(0)
      let loss = 0
      for (let row = 0; row < odds.length; row++) {
        const x = elementAt(odds, row)
        const z = slope * x + intercept
        const target = labels[row] === 1 ? yes : no
        loss += Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - target * z
        const error = (sigmoid(z) - target) / odds.length
        gradient[0] = elementAt(gradient, 0) + error * x
        gradient[1] = elementAt(gradient, 1) + error
      }
      return loss / odds.length
    },
    [1, 0],
  )
  if (!hasConverged) throw new AppError('diverged', "Platt's scaling did not settle")
  return { kind: 'platt', formatVersion: 1, slope: elementAt(point, 0), intercept: elementAt(point, 1) }
}

/**
 * Isotonic regression by pooling adjacent violators: any rising curve, for a thousand rows and more. Probabilities stay
 * half a row away from 0 and 1.
 * Source: Ayer et al. (1955); for calibration Zadrozny & Elkan (2002).
 * @throws AppError 'too_little_data' when only one class is there.
 */
export function fitIsotonic(scores: ArrayLike<number>, labels: ArrayLike<number>): Calibration {
  countPositives(scores, labels)
  const blocks: Block[] = []
  for (const block of blocksOfEqualScores(scores, labels)) {
    let pooled = block
    let before = blocks.at(-1)
    while (before && before.sum * pooled.count >= pooled.sum * before.count) {
      blocks.pop()
      pooled = join(before, pooled)
      before = blocks.at(-1)
    }
    blocks.push(pooled)
  }
  const margin = 0.5 / labels.length
  const ends = blocks.flatMap(({ low, high, sum, count }) => {
    const probability = Math.min(1 - margin, Math.max(margin, sum / count))
    return low === high ? [{ score: low, probability }] : [low, high].map((score) => ({ score, probability }))
  })
  return {
    kind: 'isotonic',
    formatVersion: 1,
    scores: ends.map(({ score }) => score),
    probabilities: ends.map(({ probability }) => probability),
  }
}

/** The calibrated probabilities of scores, 0..1. */
export function calibrate(calibration: Calibration, scores: ArrayLike<number>): Float64Array {
  switch (calibration.kind) {
    case 'platt': {
      const { slope, intercept } = calibration
      return Float64Array.from(scores, (score) => sigmoid(slope * logit(score) + intercept))
    }
    case 'isotonic':
      return Float64Array.from(scores, (score) => interpolate(calibration, score))
    default:
      return calibration satisfies never
  }
}

type Block = { readonly low: number; readonly high: number; readonly sum: number; readonly count: number }

function join(below: Block, above: Block): Block {
  return {
    low: below.low,
    high: above.high,
    sum: below.sum + above.sum,
    count: below.count + above.count,
  }
}

function blocksOfEqualScores(scores: ArrayLike<number>, labels: ArrayLike<number>): Block[] {
  const rows = Uint32Array.from({ length: scores.length }, (_, row) => row)
  rows.sort((a, b) => itemAt(scores, a) - itemAt(scores, b))
  const blocks: Block[] = []
  for (const row of rows) {
    const [score, label] = [itemAt(scores, row), itemAt(labels, row)]
    const last = blocks.at(-1)
    if (last?.high !== score) blocks.push({ low: score, high: score, sum: label, count: 1 })
    else blocks[blocks.length - 1] = { ...last, sum: last.sum + label, count: last.count + 1 }
  }
  return blocks
}

function interpolate(
  {
    scores,
    probabilities,
  }: { readonly scores: readonly number[]; readonly probabilities: readonly number[] },
  score: number,
): number {
  const [first, last] = [itemAt(scores, 0), itemAt(scores, scores.length - 1)]
  if (score <= first) return itemAt(probabilities, 0)
  if (score >= last) return itemAt(probabilities, scores.length - 1)
  let [low, high] = [0, scores.length - 1]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (itemAt(scores, middle) <= score) low = middle
    else high = middle
  }
  const share = (score - itemAt(scores, low)) / (itemAt(scores, high) - itemAt(scores, low))
  const from = itemAt(probabilities, low)
  return from + share * (itemAt(probabilities, high) - from)
}

function countPositives(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  if (scores.length !== labels.length)
    throw new AppError('bad_input', `${labels.length} labels stand beside ${scores.length} scores`)
  let count = 0
  for (let row = 0; row < labels.length; row++) if (labels[row] === 1) count++
  if (count > 0 && count < labels.length) return count
  throw new AppError('too_little_data', {
    en: `all ${labels.length} rows have the same label: nothing tells how sure to be`,
    zh: `全部 ${labels.length} 行的标签相同：无法校准概率`,
  })
}

/** Log-odds of a probability, kept finite. */
function logit(probability: number): number {
  const inside = Math.min(1 - 1e-12, Math.max(1e-12, probability))
  return Math.log(inside / (1 - inside))
}

function sigmoid(odds: number): number {
  return 1 / (1 + Math.exp(-odds))
}
