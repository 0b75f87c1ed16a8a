import { expect, test } from 'vitest'
import { areaUnderRoc } from '../math/metrics/classification.ts'
import { createRandom, type Random } from '../math/random.ts'
import {
  chooseSentimentSettings,
  createSentimentReader,
  fitSentiment,
  pickRated,
  predictSentiment,
  readRatedTexts,
  type SentimentModel,
} from './sentiment.ts'

const praise = ['lovely', 'works well', 'not bad', 'good value', '很好', '不错', '非常满意', '质量很棒']
const blame = ['awful', 'broke at once', 'not good', 'bad value', '不好', '很差', '非常失望', '质量糟糕']
const things = ['kettle', 'lamp', 'parcel', '水壶', '台灯', '快递', 'colour', '颜色']

/** Bilingual reviews whose opinion is planted in one phrase of three. */
function writeReviews(count: number, random: Random): { texts: string[]; labels: Uint8Array } {
  const choose = (list: readonly string[]) => list[random.integer(list.length)] ?? ''
  const labels = Uint8Array.from({ length: count }, () => random.integer(2))
  const texts = Array.from(labels, (label) => {
    const number = random.integer(10_000)
    return `${choose(things)} ${choose(label === 1 ? praise : blame)} ${choose(things)} n${number}`
  })
  return { texts, labels }
}

async function learn(count: number, seed: number): Promise<SentimentModel> {
  const { texts, labels } = writeReviews(count, createRandom(seed))
  const rated = await readRatedTexts(texts, labels)
  return fitSentiment(rated, await chooseSentimentSettings(rated, createRandom(seed)))
}

test('planted opinions are found in English and Chinese, also where a negation turns them', async () => {
  const read = createSentimentReader(await learn(600, 1))
  for (const text of ['the lamp is lovely', 'not bad', '台灯很好', '质量不错'])
    expect(read(text)).toBeGreaterThan(0.5)
  for (const text of ['not good', 'it broke at once', '颜色不好', '非常失望'])
    expect(read(text)).toBeLessThan(-0.5)
})

test('new texts are told apart, and of what is said with 80 % about 80 % is so', async () => {
  const { texts, labels } = writeReviews(900, createRandom(2))
  const flip = createRandom(3)
  // A fifth of the ratings contradict their texts: no more can be known.
  const noisy = labels.map((label) => (flip.next() < 0.2 ? 1 - label : label))
  const rated = await readRatedTexts(texts, noisy)
  const train = pickRated(rated, (row) => row < 600)
  const model = await fitSentiment(train, await chooseSentimentSettings(train, createRandom(2)))
  const probabilities = predictSentiment(model, rated.hashes).slice(600)
  expect(areaUnderRoc(labels.slice(600), probabilities)).toBeGreaterThan(0.97)
  const sure = probabilities.filter((probability) => probability > 0.5)
  const said = sure.reduce((sum, probability) => sum + probability, 0) / sure.length
  expect(said).toBeGreaterThan(0.73)
  expect(said).toBeLessThan(0.87)
})

test('a text without a known word says nothing', async () => {
  const read = createSentimentReader(await learn(300, 4))
  for (const text of ['', '   ', '!!!', 'zzyzx', 'здравствуйте']) expect(read(text)).toBeNaN()
})

test('the same texts give the same version, and a model read back from JSON says the same', async () => {
  const [first, again, other] = [await learn(300, 5), await learn(300, 5), await learn(300, 6)]
  expect(again).toEqual(first)
  expect(other.version).not.toBe(first.version)
  const back = JSON.parse(JSON.stringify(first)) as SentimentModel
  const text = 'lovely kettle 很好'
  expect(createSentimentReader(back)(text)).toBe(createSentimentReader(first)(text))
})

test('a fit from before marks counted is read as it was meant', async () => {
  const old: SentimentModel = { ...(await learn(300, 8)), formatVersion: 1 }
  const read = createSentimentReader(old)
  expect(read('lovely!!!')).toBe(read('lovely'))
  expect(read('lovely')).toBeGreaterThan(0.5)
})

test('too few different texts of one kind are refused with both numbers, however often they are repeated', async () => {
  const good = Array.from({ length: 80 }, (_, index) => `lovely ${index}`)
  const bad = Array.from({ length: 80 }, () => 'awful')
  const labels = Uint8Array.from([...good, ...bad], (_, index) => (index < 80 ? 1 : 0))
  await expect(readRatedTexts([...good, ...bad], labels)).rejects.toMatchObject({
    code: 'too_little_data',
    text: {
      en: expect.stringMatching(/80 are rated good and 1 bad/),
      zh: expect.stringMatching(/差评 1 条/),
    },
  })
})

test('a signal ends the fitting', async () => {
  const { texts, labels } = writeReviews(300, createRandom(7))
  await expect(readRatedTexts(texts, labels, AbortSignal.abort())).rejects.toMatchObject({ code: 'stopped' })
})
