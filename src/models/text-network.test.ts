import { afterAll, beforeAll, expect, test } from 'vitest'
import { areaUnderRoc } from '../math/metrics/classification.ts'
import { createRandom } from '../math/random.ts'
import { logisticLearner } from './logistic-learner.ts'
import { perceptron } from './perceptron.ts'
import { drawThemedTexts } from './testing/made-up-language.ts'
import { fitTextHead, loadTextHead } from './text-head.ts'
import { textNetwork } from './text-network.ts'
import { pretrainTextTransformer, standardPretraining } from './text-pretraining.ts'
import type { TextTransformer } from './text-transformer.ts'

const random = createRandom('themes')
const unlabelled = drawThemedTexts(1_500, random).texts
const [known, fresh] = [drawThemedTexts(4, random), drawThemedTexts(300, random)]
const settings = {
  ...textNetwork.standard,
  epochs: 12,
  learningRate: 0.003,
  patience: null,
  validationShare: 0,
}

let pretrained: TextTransformer
beforeAll(async () => {
  const small = { width: 16, blockCount: 1, headCount: 2, innerWidth: 32, length: 8, pieceCount: 300 }
  pretrained = await pretrainTextTransformer(
    unlabelled,
    { ...standardPretraining, ...small, passes: 6, batchSize: 64, learningRate: 0.02, roundTexts: 20_000 },
    { random: createRandom(1) },
  )
}, 60_000)
afterAll(() => pretrained[Symbol.asyncDispose]())

const chance = { kind: 'chance' } as const

function fitFrom(start: TextTransformer['start'], seed = 1) {
  return textNetwork.fit(chance, known, settings, { start, random: createRandom(seed) })
}

test('what was learned without labels is transferred: four labels tell words that stand in none of them', async () => {
  const { vocabulary, shape } = pretrained.start
  await using tuned = await fitFrom(pretrained.start)
  await using scratch = await fitFrom({ vocabulary, shape })
  await using head = await fitTextHead(
    chance,
    known,
    { encoder: pretrained, learner: logisticLearner, settings: { ...logisticLearner.standard, alpha: 0.1 } },
    { random: createRandom(1) },
  )
  const [fine, plain, frozen] = [
    await tuned.predict(fresh.texts),
    await scratch.predict(fresh.texts),
    await head.predict(fresh.texts),
  ].map((said) => areaUnderRoc(fresh.labels, said))
  // Of words nine of ten are of the theme; the best that can be said of six such is nearly always right.
  expect(fine).toBeGreaterThan(0.95)
  expect(frozen).toBeGreaterThan(0.95)
  expect(plain).toBeLessThan((fine ?? 0) - 0.1)
})

test('a saved network and a saved head give the same answers; damaged ones and another encoder are refused', async () => {
  await using tuned = await fitFrom(pretrained.start)
  const saved = tuned.save()
  await using loaded = await textNetwork.load({ ...saved, card: JSON.parse(JSON.stringify(saved.card)) })
  const texts = [...fresh.texts.slice(0, 20), '']
  expect(await loaded.predict(texts)).toEqual(await tuned.predict(texts))
  for (const ask of [
    { ...saved, kind: 'perceptron' },
    { ...saved, card: {} },
    { ...saved, parts: {} },
  ])
    await expect(textNetwork.load(ask)).rejects.toMatchObject({ code: 'bad_config' })

  const options = {
    encoder: pretrained,
    learner: perceptron,
    settings: { ...perceptron.standard, layers: [4], epochs: 5, validationShare: 0 },
  }
  await using head = await fitTextHead(chance, known, options, { random: createRandom(1) })
  await using again = await loadTextHead(head.save(), pretrained, perceptron)
  expect(await again.predict(texts)).toEqual(await head.predict(texts))
  const other = { ...pretrained, name: 'another encoder' }
  await expect(loadTextHead(head.save(), other, perceptron)).rejects.toMatchObject({
    code: 'bad_config',
    received: expect.stringContaining('another encoder'),
  })
})

test('the same seed gives the same answers, another one others', async () => {
  const answers = async (seed: number) => {
    await using model = await fitFrom(pretrained.start, seed)
    return await model.predict(fresh.texts.slice(0, 5))
  }
  expect(await answers(3)).toEqual(await answers(3))
  expect(await answers(4)).not.toEqual(await answers(3))
})

test('classes and amounts are learned from texts as well', async () => {
  const start = pretrained.start
  const { texts } = fresh
  const control = { start, random: createRandom(1) }
  const two = { kind: 'class', classCount: 2 } as const
  await using classes = await textNetwork.fit(two, fresh, { ...settings, epochs: 2 }, control)
  const shares = await classes.predict(texts.slice(0, 2))
  expect(shares.length).toBe(4)
  expect((shares[0] ?? 0) + (shares[1] ?? 0)).toBeCloseTo(1, 5)
  const stars = { texts, labels: fresh.labels.map((label) => 1 + 4 * label) }
  await using amounts = await textNetwork.fit({ kind: 'amount' }, stars, { ...settings, epochs: 4 }, control)
  const said = await amounts.predict(texts)
  expect(areaUnderRoc(fresh.labels, said)).toBeGreaterThan(0.95)
  expect(Math.max(...said)).toBeGreaterThan(3.5)
})

test('labels that teach nothing, labels that do not fit and impossible settings are refused', async () => {
  const control = { start: pretrained.start, random: createRandom(1) }
  const learn = (labels: number[], change = {}) =>
    textNetwork.fit(chance, { texts: ['ba', 'be'], labels }, { ...settings, ...change }, control)
  await expect(learn([1, 1])).rejects.toMatchObject({ code: 'too_little_data' })
  await expect(learn([1, 2])).rejects.toMatchObject({ code: 'bad_input' })
  await expect(learn([0, 1], { dropout: 1 })).rejects.toThrow("'dropout'")
  const stopped = textNetwork.fit(chance, known, settings, { ...control, signal: AbortSignal.abort() })
  await expect(stopped).rejects.toMatchObject({ code: 'stopped' })
})
