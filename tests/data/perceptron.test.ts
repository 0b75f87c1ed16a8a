import { expect, test } from 'vitest'
import { toProblem } from '../../bench/classify/problem.ts'
import { readTable } from '../../bench/table.ts'
import { areaUnderRoc } from '../../src/math/metrics/classification.ts'
import { createRandom } from '../../src/math/random.ts'
import { holdOut } from '../../src/models/hold-out.ts'
import { perceptron } from '../../src/models/perceptron.ts'
import { datasetPath } from './datasets.ts'

// For this file: scikit-learn's logistic regression AUC .8935, XGBoost .9343–.9350 (ten folds); the file's authors (Sakar et al.
// 2019) tell accuracies of a perceptron on oversampled rows, which no other can be held against.
test('a perceptron on online shoppers lies above logistic regression, and not above boosting', async () => {
  const table = await readTable(datasetPath('online-shoppers.csv.gz'))
  const split = holdOut(toProblem(table, { label: 'Revenue', drop: [] }), 0.2, createRandom(1))
  if (split === undefined) throw new Error('rows can be split')
  const { rest, held } = split
  const settings = { ...perceptron.standard, batchSize: 128 }
  await using model = await perceptron.fit({ kind: 'chance' }, rest, settings, { random: createRandom(1) })
  const area = areaUnderRoc(held.labels, await model.predict(held.dataset))
  expect(area).toBeGreaterThan(0.9035)
  expect(area).toBeLessThan(0.95)
})
