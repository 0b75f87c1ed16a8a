import { createHash } from 'node:crypto'
import { AppError } from '../core/errors.ts'
import { pause } from '../core/pause.ts'
import { logLoss } from '../math/metrics/classification.ts'
import { groupedFolds } from '../math/metrics/folds.ts'
import type { Random } from '../math/random.ts'
import { createNgramHasher, type NgramScheme } from '../text/hashed-ngrams.ts'
import type { SparseRows } from '../text/hashed-vectors.ts'
import {
  createNgramRowBuilder,
  decodeFloats,
  encodeNumbers,
  fitNgramWeights,
  type NgramRowBuilder,
  type NgramWeights,
} from '../text/ngram-weights.ts'
import type { ChineseSegmenter } from '../text/segment-chinese.ts'
import { type Calibration, calibrate, fitPlatt } from './calibration.ts'
import { fitSparseLogistic, sparseLogOdds } from './sparse-logistic.ts'

/** Texts that people rated, read once for all fits: what they say, the hashes of their n-grams, whether they are good. */
export type RatedTexts = {
  readonly texts: readonly string[]
  readonly hashes: readonly Uint32Array[]
  /** 1 for good, 0 for bad. */
  readonly labels: Uint8Array
}

/** What is chosen on rows held out of a fit. */
export type SentimentSettings = {
  readonly penalty: number
  readonly calibration: Calibration
  /** On how many rows. */
  readonly heldCount: number
}

/** Plain data for JSON. */
export type SentimentModel = {
  readonly kind: 'sentiment'
  /** Which n-grams are counted; fits of 1 are still read. */
  readonly formatVersion: NgramScheme
  /** A digest of what was learned: the same texts and settings give the same version. */
  readonly version: string
  readonly ngrams: NgramWeights
  /** Of the columns, as base64 of Float32. */
  readonly weights: string
  readonly intercept: number
  readonly settings: SentimentSettings
}

/** Different texts that each side must have: fewer leave folds without one of them. */
const leastTextsPerSide = 50

/** 23,000 English and 63,000 Chinese reviews do best with the third; few texts want the first ones. */
const penalties = [2, 1 / 2, 1 / 8, 1 / 32]
/** So many folds are held out in turn; of many texts one is enough. */
const [foldCount, manyTexts] = [5, 4_000]

/**
 * Prepares rated texts for the fits.
 * @throws AppError 'too_little_data' when either side has fewer than 50 different texts.
 */
export async function readRatedTexts(
  texts: readonly string[],
  labels: Uint8Array,
  signal?: AbortSignal,
): Promise<RatedTexts> {
  const [bad, good] = [0, 1].map((side) => new Set(texts.filter((_, row) => labels[row] === side)).size)
  if (Math.min(bad ?? 0, good ?? 0) < leastTextsPerSide)
    throw new AppError('too_little_data', {
      en: `sentiment is learned from at least ${leastTextsPerSide} different texts of each kind; ${good} are rated good and ${bad} bad`,
      zh: `学习情感至少需要好评与差评各 ${leastTextsPerSide} 条不同文本；目前好评 ${good} 条，差评 ${bad} 条`,
    })
  const hash = createNgramHasher()
  const hashes: Uint32Array[] = []
  for (const [row, text] of texts.entries()) {
    if (row % 500 === 0) await pause(signal)
    hashes.push(hash(text))
  }
  return { texts, hashes, labels }
}

/** Those of the rows for which `isTaken` says so. */
export function pickRated(rated: RatedTexts, isTaken: (row: number) => boolean): RatedTexts {
  const rows = [...rated.texts.keys()].filter(isTaken)
  return {
    texts: rows.map((row) => rated.texts[row] ?? ''),
    hashes: rows.map((row) => rated.hashes[row] ?? new Uint32Array()),
    labels: Uint8Array.from(rows, (row) => rated.labels[row] ?? 0),
  }
}

/**
 * The penalty with the least log-loss on texts that were held out, and Platt's scaling of what was said of them. Equal texts
 * are held out together.
 */
export async function chooseSentimentSettings(
  rated: RatedTexts,
  random: Random,
  signal?: AbortSignal,
): Promise<SentimentSettings> {
  const folds = groupedFolds(rated.labels, rated.texts, foldCount, random)
  const heldCount = rated.texts.length < manyTexts ? foldCount : 1
  const control = signal ? { signal } : {}
  const isHeld = (row: number) => (folds[row] ?? 0) < heldCount
  const labels = rated.labels.filter((_, row) => isHeld(row))
  const said = penalties.map(() => new Float64Array(rated.texts.length))
  for (let fold = 0; fold < heldCount; fold++) {
    const learned = pickRated(rated, (row) => folds[row] !== fold)
    const held = [...folds.keys()].filter((row) => folds[row] === fold)
    const builder = createNgramRowBuilder(fitNgramWeights(learned.hashes, { labels: learned.labels }))
    const from = builder.build(learned.hashes)
    const to = builder.build(held.map((row) => rated.hashes[row] ?? new Uint32Array()))
    for (const [index, penalty] of penalties.entries()) {
      const fitted = await fitSparseLogistic(from, learned.labels, { penalty, ...control })
      for (const [place, odds] of sparseLogOdds(fitted, to).entries())
        said[index]?.fill(sigmoid(odds), held[place], (held[place] ?? 0) + 1)
    }
  }
  const ofHeld = said.map((probabilities) => probabilities.filter((_, row) => isHeld(row)))
  const losses = ofHeld.map((probabilities) => logLoss(labels, probabilities))
  const best = losses.indexOf(Math.min(...losses))
  return {
    penalty: penalties[best] ?? 1,
    calibration: fitPlatt(ofHeld[best] ?? [], labels),
    heldCount: labels.length,
  }
}

/**
 * What tells good texts from bad: logistic regression on hashed n-grams that are scaled by their naive Bayes ratio (Wang & Manning,
 * 2012), of any language, learned from the shop's own ratings.
 */
export async function fitSentiment(
  rated: RatedTexts,
  settings: SentimentSettings,
  signal?: AbortSignal,
): Promise<SentimentModel> {
  const ngrams = fitNgramWeights(rated.hashes, { labels: rated.labels })
  const rows = createNgramRowBuilder(ngrams).build(rated.hashes)
  const { weights, intercept } = await fitSparseLogistic(rows, rated.labels, {
    penalty: settings.penalty,
    ...(signal && { signal }),
  })
  const learned = { ngrams, weights: encodeNumbers(Float32Array.from(weights)), intercept, settings }
  const version = createHash('sha256').update(JSON.stringify(learned)).digest('hex').slice(0, 12)
  return { kind: 'sentiment', formatVersion: 2, version, ...learned }
}

/** The probability that each text is good; NaN for one without a known n-gram. */
export function predictSentiment(model: SentimentModel, hashes: readonly Uint32Array[]): Float64Array {
  return createPredictor(model)(hashes)
}

/** How texts feel, −1 bad … 1 good: twice the calibrated probability, less 1. Prepared for texts that come one by one. */
export function createSentimentReader(
  model: SentimentModel,
  segmentChinese?: ChineseSegmenter,
): (text: string) => number {
  const hash = createNgramHasher(segmentChinese, model.formatVersion)
  const predict = createPredictor(model)
  return (text) => 2 * (predict([hash(text)])[0] ?? Number.NaN) - 1
}

function createPredictor(model: SentimentModel): (hashes: readonly Uint32Array[]) => Float64Array {
  const builder: NgramRowBuilder = createNgramRowBuilder(model.ngrams)
  const fitted = { weights: Float64Array.from(decodeFloats(model.weights)), intercept: model.intercept }
  return (hashes) => {
    const rows = builder.build(hashes)
    const probabilities = calibrate(model.settings.calibration, sparseLogOdds(fitted, rows).map(sigmoid))
    return probabilities.map((probability, row) => (isEmpty(rows, row) ? Number.NaN : probability))
  }
}

function isEmpty({ rowStarts }: SparseRows, row: number): boolean {
  return rowStarts[row] === rowStarts[row + 1]
}

function sigmoid(odds: number): number {
  return 1 / (1 + Math.exp(-odds))
}
