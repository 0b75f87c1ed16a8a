import { expect, test } from 'vitest'
import { rootMeanSquaredError, rSquared } from '../../src/math/metrics/regression.ts'
import { createRandom } from '../../src/math/random.ts'
import { holdOut } from '../../src/models/hold-out.ts'
import { type PerceptronCard, perceptron } from '../../src/models/perceptron.ts'
import { drawScatter } from './draw-scatter.ts'
import { datasetOf, drawShoppers, needOf, noise, textbookSettings, textbookShopper } from './textbook.ts'

test('the textbook network learns the need of shoppers, missing cells and all, and says that of the one asked for', async () => {
  const random = createRandom(1)
  const split = holdOut(drawShoppers(1000, random), 0.2, random)
  if (split === undefined) throw new Error('a thousand rows can be split')
  const { rest, held } = split
  await using model = await perceptron.fit({ kind: 'amount' }, rest, textbookSettings, {
    random,
    validation: held,
  })
  const { history } = model.save().card as PerceptronCard
  expect(history).toHaveLength(100)
  expect(history.at(-1)?.validationError).toBeLessThan(0.5 * (history[0]?.validationError ?? 0))
  const said = await model.predict(held.dataset)
  expect(rSquared(held.labels, said)).toBeGreaterThan(0.75)
  expect(rootMeanSquaredError(held.labels, said)).toBeGreaterThan(0.8 * noise)
  const [asked] = await model.predict(datasetOf(Float64Array.from(textbookShopper)))
  expect(Math.abs((asked ?? Number.NaN) - needOf(textbookShopper))).toBeLessThan(0.4)
  const svg = drawScatter(
    Array.from(held.labels, (label, row) => [label, said[row] ?? 0]),
    'a & b',
  )
  expect(svg).toContain('<svg')
  expect(svg.match(/<path|<circle/g)?.length).toBeGreaterThan(200)
})
