import { z } from 'zod'
import type { Dataset } from '../../src/core/dataset.ts'
import { minimiseLbfgs } from '../../src/math/lbfgs.ts'
import { createLogisticLoss } from '../../src/math/logistic-loss.ts'
import type { Matrix } from '../../src/math/matrix.ts'
import { fitLogistic } from '../../src/models/logistic.ts'
import { askScikitLearn } from './ask-scikit-learn.ts'
import { leastCpu } from './cpu-time.ts'
import type { Speeds } from './k-means-speed.ts'

const answers = z.object({
  version: z.string(),
  seconds: z.number(),
  weights: z.array(z.number()),
  iterations: z.number(),
})

/** Both end when no component of the mean loss's gradient is larger. */
const tolerance = 1e-5

/** Logistic regression with the same penalty and the same end beside scikit-learn's, and the model that is made of it. */
export async function compareLogistic(matrix: Matrix, labels: Float64Array): Promise<Speeds> {
  const minimum = leastCpu(() => minimise(matrix, labels))
  const dataset = datasetOf(matrix)
  const model = leastCpu(() => fitLogistic(dataset, labels, { alpha: 1 / matrix.rowCount }))
  const settings = { c: 1, tolerance }
  const peer = await askScikitLearn(matrix, { task: 'logistic', labels, settings }, answers)
  const lossAt = lossOf(matrix, labels)
  const gradient = new Float64Array(matrix.columnCount + 1)
  const loss = lossAt(minimum.answer.point, gradient)
  const output = peer.kind === 'ran' ? peer.output : undefined
  const { cpuSeconds, answer } = minimum
  const ratio = output ? { ratio: cpuSeconds / output.seconds } : {}
  return {
    models: [
      {
        name: 'logistic regression',
        metrics: { cpuSeconds, loss, iterations: answer.iterations, ...ratio },
        seconds: cpuSeconds,
      },
      {
        name: 'logistic model: columns clipped at quantiles and scaled, fitted, its Hessian',
        metrics: { cpuSeconds: model.cpuSeconds },
        seconds: model.cpuSeconds,
      },
    ],
    baselines: output
      ? [
          {
            name: `logistic regression, ${output.version}`,
            metrics: {
              cpuSeconds: output.seconds,
              loss: lossAt(Float64Array.from(output.weights), gradient),
              iterations: output.iterations,
            },
            seconds: output.seconds,
          },
        ]
      : [],
    notes: peer.kind === 'absent' ? [`Logistic regression without scikit-learn: ${peer.why}.`] : [],
  }
}

function minimise(matrix: Matrix, labels: Float64Array) {
  const start = new Float64Array(matrix.columnCount + 1)
  return minimiseLbfgs(lossOf(matrix, labels), start, { gradientTolerance: tolerance })
}

/** Mean log-loss with scikit-learn's penalty at C = 1: half the squares of the weights over the rows. */
function lossOf(matrix: Matrix, labels: Float64Array) {
  const { rowCount, columnCount } = matrix
  const logLoss = createLogisticLoss({ rows: matrix, hasIntercept: true, labels })
  return (point: Float64Array, gradient: Float64Array) => {
    let loss = logLoss.at(point, gradient)
    for (let column = 0; column <= columnCount; column++) {
      const weight = column < columnCount ? (point[column] ?? Number.NaN) : 0
      loss += weight ** 2 / 2
      gradient[column] = ((gradient[column] ?? Number.NaN) + weight) / rowCount
    }
    return loss / rowCount
  }
}

function datasetOf({ rowCount, columnCount, values }: Matrix): Dataset {
  return {
    rowIds: Array.from({ length: rowCount }, (_, row) => String(row)),
    featureNames: Array.from({ length: columnCount }, (_, column) => `x${column}`),
    values,
  }
}
