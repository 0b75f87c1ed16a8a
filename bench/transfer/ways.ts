import { logLoss } from '../../src/math/metrics/classification.ts'
import { groupedFolds } from '../../src/math/metrics/folds.ts'
import type { Random } from '../../src/math/random.ts'
import { logisticLearner } from '../../src/models/logistic-learner.ts'
import {
  chooseSentimentSettings,
  fitSentiment,
  pickRated,
  predictSentiment,
  type RatedTexts,
} from '../../src/models/sentiment.ts'
import { fitTextHead } from '../../src/models/text-head.ts'
import { type LearningTexts, textNetwork } from '../../src/models/text-network.ts'
import type { TextStart } from '../../src/models/text-transformer.ts'
import type { TextVectorEncoder } from '../../src/text/text-encoder.ts'

/** All texts with their labels, those that are learned from and those to be told. */
export type Asked = {
  readonly rated: RatedTexts
  readonly drawn: Uint32Array
  readonly test: Uint32Array
}

const chance = { kind: 'chance' } as const

/** The product's own model of sentiment: hashed n-grams, penalty and calibration by held texts. */
export async function byNgrams({ rated, drawn, test }: Asked, random: Random): Promise<Float64Array> {
  const taken = new Set(drawn)
  const own = pickRated(rated, (row) => taken.has(row))
  const model = await fitSentiment(own, await chooseSentimentSettings(own, random))
  const share = own.labels.reduce((sum, label) => sum + label, 0) / own.labels.length
  const said = predictSentiment(
    model,
    Array.from(test, (row) => rated.hashes[row] ?? new Uint32Array()),
  )
  return said.map((probability) => (Number.isNaN(probability) ? share : probability))
}

/** Choices are made on so many of the labels at most. */
const chosenOn = 2_000

/**
 * Fine-tuned end to end from a start, or from scratch where it has no weights. On a fifth of the labels held apart, of at most 2,000, the
 * learning rate is chosen, and how long to learn; then all labels are learned from for as long. Where there are more, a tenth of all
 * tells when to stop.
 */
export async function byNetwork(
  { rated, drawn, test }: Asked,
  start: TextStart,
  random: Random,
): Promise<Float64Array> {
  const known = pickTexts(rated, drawn)
  const isMany = drawn.length > chosenOn
  const some = isMany
    ? pickTexts(rated, random.fork('some').shuffle(drawn.slice()).slice(0, chosenOn))
    : known
  const longest = Math.min(20, Math.max(4, Math.ceil(10_000 / drawn.length)))
  let best = { loss: Number.POSITIVE_INFINITY, learningRate: Number.NaN, epochs: 1 }
  for (const learningRate of [0.0007, 0.002]) {
    const trial = {
      ...textNetwork.standard,
      learningRate,
      epochs: longest,
      validationShare: 0.2,
      patience: 4,
    }
    await using model = await textNetwork.fit(chance, some, trial, { start, random: random.fork('trial') })
    const { history, keptEpoch } = model.save().card as { history: Epochs; keptEpoch: number }
    const loss = history[keptEpoch]?.validationLoss ?? Number.POSITIVE_INFINITY
    if (loss < best.loss) best = { loss, learningRate, epochs: keptEpoch + 1 }
  }
  const settings = isMany
    ? { epochs: longest, validationShare: 0.1, patience: 2 }
    : { epochs: best.epochs, validationShare: 0, patience: null }
  await using model = await textNetwork.fit(
    chance,
    known,
    { ...textNetwork.standard, learningRate: best.learningRate, ...settings },
    { start, random: random.fork('network') },
  )
  return await model.predict(pickTexts(rated, test).texts)
}

type Epochs = readonly { readonly validationLoss?: number }[]

/** Logistic regression on the vectors of an encoder that stays as it is, its penalty by five folds of at most 2,000 of the labels. */
export async function byVectors(
  { rated, drawn, test }: Asked,
  encoder: TextVectorEncoder,
  random: Random,
): Promise<Float64Array> {
  const known = pickTexts(rated, drawn)
  const some = pickTexts(rated, random.fork('some').shuffle(drawn.slice()).slice(0, chosenOn))
  const folds = groupedFolds(some.labels, some.texts, 5, random.fork('folds'))
  const learn = (texts: LearningTexts, alpha: number) =>
    fitTextHead(
      chance,
      texts,
      { encoder, learner: logisticLearner, settings: { ...logisticLearner.standard, alpha } },
      { random },
    )
  let best = { loss: Number.POSITIVE_INFINITY, alpha: Number.NaN }
  for (const alpha of [1, 0.1, 0.01, 0.001]) {
    let loss = 0
    for (let fold = 0; fold < 5; fold++) {
      await using model = await learn(
        keep(some, (row) => folds[row] !== fold),
        alpha,
      )
      const held = keep(some, (row) => folds[row] === fold)
      loss += logLoss(held.labels, await model.predict(held.texts)) * held.texts.length
    }
    if (loss < best.loss) best = { loss, alpha }
  }
  await using model = await learn(known, best.alpha)
  return await model.predict(pickTexts(rated, test).texts)
}

/** The mean of two models' log-odds, fixed beforehand: few labels choose no weights. */
export function blend(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((probability, row) => 1 / (1 + Math.exp(-(logOdds(probability) + logOdds(b[row] ?? 0.5)) / 2)))
}

function logOdds(probability: number): number {
  const inside = Math.min(1 - 1e-6, Math.max(1e-6, probability))
  return Math.log(inside / (1 - inside))
}

type Texts = LearningTexts & { readonly labels: Uint8Array }

function pickTexts({ texts, labels }: Pick<RatedTexts, 'texts' | 'labels'>, rows: Uint32Array): Texts {
  return {
    texts: Array.from(rows, (row) => texts[row] ?? ''),
    labels: Uint8Array.from(rows, (row) => labels[row] ?? 0),
  }
}

function keep(texts: Texts, isKept: (row: number) => boolean): Texts {
  return pickTexts(texts, Uint32Array.from(texts.texts.keys()).filter(isKept))
}
