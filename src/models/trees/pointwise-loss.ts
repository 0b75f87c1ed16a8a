import { AppError } from '../../core/errors.ts'
import type { Derivatives, Loss, LossRows, PointwiseObjective } from './loss.ts'

/** One row's loss and its derivatives by the margin. */
type RowLoss = {
  gradient(margin: number, label: number): number
  hessian(margin: number, label: number): number
  loss(margin: number, label: number): number
  /** The margin of a mean. */
  link(mean: number): number
}

/** Losses of one margin a row. Deviances leave out what depends on the label alone. */
export function createPointwiseLoss(
  objective: PointwiseObjective,
  rows: LossRows,
  tweediePower: number,
): Loss {
  if (objective === 'logistic') return { ...lossOf(rowLosses.logistic, rows), ...logisticSteps(rows) }
  if (objective === 'squared_error')
    return { ...lossOf(rowLosses.squared_error, rows), ...squaredSteps(rows) }
  return lossOf(objective === 'tweedie' ? tweedieLoss(tweediePower) : rowLosses[objective], rows)
}

const logOfMean = (mean: number) => Math.log(Math.max(mean, 1e-9))

const rowLosses: Readonly<Record<Exclude<PointwiseObjective, 'tweedie'>, RowLoss>> = {
  logistic: {
    gradient: (margin, label) => probabilityOf(margin) - label,
    hessian: (margin) => Math.max(probabilityOf(margin) * (1 - probabilityOf(margin)), 1e-16),
    loss: (margin, label) => {
      const away = label === 1 ? -margin : margin
      return Math.max(away, 0) + Math.log1p(Math.exp(-Math.abs(away)))
    },
    link: (mean) => {
      const clipped = Math.min(1 - 1e-6, Math.max(1e-6, mean))
      return Math.log(clipped / (1 - clipped))
    },
  },
  squared_error: {
    gradient: (margin, label) => margin - label,
    hessian: () => 1,
    loss: (margin, label) => (margin - label) ** 2,
    link: (mean) => mean,
  },
  poisson: {
    gradient: (margin, label) => Math.exp(margin) - label,
    hessian: (margin) => Math.exp(margin),
    loss: (margin, label) => Math.exp(margin) - label * margin,
    link: logOfMean,
  },
  gamma: {
    gradient: (margin, label) => 1 - label * Math.exp(-margin),
    hessian: (margin, label) => label * Math.exp(-margin),
    loss: (margin, label) => margin + label * Math.exp(-margin),
    link: logOfMean,
  },
}

/** A Poisson number of gamma amounts (Jørgensen, 1987), with the log link; `power` is ρ in Var = φ μ^ρ. */
function tweedieLoss(power: number): RowLoss {
  const [one, two] = [1 - power, 2 - power]
  return {
    gradient: (margin, label) => Math.exp(two * margin) - label * Math.exp(one * margin),
    hessian: (margin, label) => two * Math.exp(two * margin) - one * label * Math.exp(one * margin),
    loss: (margin, label) => Math.exp(two * margin) / two - (label * Math.exp(one * margin)) / one,
    link: logOfMean,
  }
}

function lossOf(row: RowLoss, { labels, weights }: LossRows): Loss {
  const weightAt = (index: number) => (weights === undefined ? 1 : (weights[index] ?? 0))
  const meanOf = (of: (index: number) => number) => {
    let [sum, total] = [0, 0]
    for (let index = 0; index < labels.length; index++) {
      sum += weightAt(index) * of(index)
      total += weightAt(index)
    }
    return sum / total
  }
  return {
    bestConstants() {
      const margin = row.link(meanOf((index) => labels[index] ?? 0))
      if (Number.isFinite(margin)) return [margin]
      throw new AppError('diverged', 'labels or weights are not finite, or weights sum to 0')
    },
    differentiate(margins, { gradients, hessians }) {
      for (let index = 0; index < margins.length; index++) {
        const [margin, label, weight] = [margins[index] ?? 0, labels[index] ?? 0, weightAt(index)]
        gradients[index] = weight * row.gradient(margin, label)
        hessians[index] = weight * row.hessian(margin, label)
      }
    },
    mean: (margins) => meanOf((index) => row.loss(margins[index] ?? 0, labels[index] ?? 0)),
  }
}

/** The logistic loss in one loop: the exponential is half of what a round costs apart from its tree. */
function logisticSteps({ labels, weights }: LossRows): Pick<Loss, 'differentiate'> {
  const targets = Float64Array.from(labels)
  const factors = Float64Array.from(labels, (_, row) => (weights === undefined ? 1 : (weights[row] ?? 0)))
  return {
    differentiate(margins: Float64Array, { gradients, hessians }: Derivatives) {
      for (let row = 0; row < margins.length; row++) {
        const probability = 1 / (1 + Math.exp(-(margins[row] ?? 0)))
        const factor = factors[row] ?? 0
        gradients[row] = factor * (probability - (targets[row] ?? 0))
        hessians[row] = factor * Math.max(probability * (1 - probability), 1e-16)
      }
    },
  }
}

function squaredSteps({ labels, weights }: LossRows): Pick<Loss, 'differentiate'> {
  const targets = Float64Array.from(labels)
  const factors = Float64Array.from(labels, (_, row) => (weights === undefined ? 1 : (weights[row] ?? 0)))
  return {
    differentiate(margins: Float64Array, { gradients, hessians }: Derivatives) {
      for (let row = 0; row < margins.length; row++)
        gradients[row] = (factors[row] ?? 0) * ((margins[row] ?? 0) - (targets[row] ?? 0))
      hessians.set(factors)
    },
  }
}

export function probabilityOf(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds))
}
