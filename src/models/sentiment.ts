import { createHash } from 'node:crypto'
import { AppError } from '../core/errors.ts'
import { pause } from '../core/pause.ts'
import { logLoss } from '../math/metrics/classification.ts'
import { groupedFolds } from '../math/metrics/folds.ts'
import type { Random } from '../math/random.ts'
import { createNgramHasher, type NgramScheme } from '../text/hashed-ngrams.ts'
import type { SparseRows } from '../text/hashed-vectors.ts'
import {
  bayesRatios,
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
  /** How much of naive Bayes is added to the regression's weights; absent, as in fits of before: nothing. */
  readonly bayesShare?: number
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
/** 18,000 English reviews do best with the last ones, 40,000 Chinese ones with the second. */
const bayesShares = [0, 0.1, 0.2, 0.4, 0.8]
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
 * The penalty and the share of naive Bayes with the least log-loss on texts that were held out once what was said of them is scaled
 * by Platt, and that scaling. Equal texts are held out together.
 */
export async function chooseSentimentSettings(
  rated: RatedTexts,
  random: Random,
  signal?: AbortSignal,
): Promise<SentimentSettings> {
  const folds = groupedFolds(rated.labels, rated.texts, foldCount, random)
  const heldCount = rated.texts.length < manyTexts ? foldCount : 1
  const isHeld = (row: number) => (folds[row] ?? 0) < heldCount
  const labels = rated.labels.filter((_, row) => isHeld(row))
  const choices = penalties.flatMap((penalty) => bayesShares.map((bayesShare) => ({ penalty, bayesShare })))
  const said = choices.map(() => new Float64Array(rated.texts.length))
  for (let fold = 0; fold < heldCount; fold++) {
    const held = [...folds.keys()].filter((row) => folds[row] === fold)
    const odds = await sayOfHeld(rated, { folds, fold, held }, signal)
    for (const [index, { penalty, bayesShare }] of choices.entries())
      for (const [place, row] of held.entries())
        said[index]?.fill(sigmoid(odds(penalty, bayesShare, place)), row, row + 1)
  }
  const judged = choices.map((choice, index) => {
    const ofHeld = said[index]?.filter((_, row) => isHeld(row)) ?? new Float64Array()
    const calibration = fitPlatt(ofHeld, labels)
    return { ...choice, calibration, loss: logLoss(labels, calibrate(calibration, ofHeld)) }
  })
  const { loss: _, ...best } = judged.reduce((a, b) => (b.loss < a.loss ? b : a))
  return { ...best, heldCount: labels.length }
}

type HeldFold = { readonly folds: Uint8Array; readonly fold: number; readonly held: readonly number[] }

/** The log-odds of the held texts, by their place among them, for each penalty and share of naive Bayes. */
async function sayOfHeld(
  rated: RatedTexts,
  { folds, fold, held }: HeldFold,
  signal?: AbortSignal,
): Promise<(penalty: number, bayesShare: number, place: number) => number> {
  const learned = pickRated(rated, (row) => folds[row] !== fold)
  const builder = createNgramRowBuilder(fitNgramWeights(learned.hashes, { labels: learned.labels }))
  const from = builder.build(learned.hashes)
  const to = builder.build(held.map((row) => rated.hashes[row] ?? new Uint32Array()))
  const bayes = sparseLogOdds({ weights: ratiosOf(from, learned.labels), intercept: 0 }, to)
  const byPenalty = new Map<number, Float64Array>()
  for (const penalty of penalties) {
    const fitted = await fitSparseLogistic(from, learned.labels, { penalty, ...(signal && { signal }) })
    byPenalty.set(penalty, sparseLogOdds(fitted, to))
  }
  return (penalty, bayesShare, place) =>
    (byPenalty.get(penalty)?.[place] ?? Number.NaN) + bayesShare * (bayes[place] ?? Number.NaN)
}

/** The ratios of naive Bayes of the columns of rows. */
function ratiosOf({ columnCount, columns, rowStarts }: SparseRows, labels: Uint8Array): Float64Array {
  const [goodCounts, counts] = [new Uint32Array(columnCount), new Uint32Array(columnCount)]
  for (const [row, label] of labels.entries())
    for (const column of columns.subarray(rowStarts[row], rowStarts[row + 1])) {
      counts[column] = (counts[column] ?? 0) + 1
      goodCounts[column] = (goodCounts[column] ?? 0) + label
    }
  return bayesRatios(goodCounts, counts)
}

/**
 * What tells good texts from bad: logistic regression on hashed n-grams that are scaled by their naive Bayes ratio (Wang & Manning,
 * 2012), of any language, learned from the shop's own ratings. Where that says more of new texts, a share of naive Bayes' own weights
 * is added; the sum is one weight an n-gram as before.
 */
export async function fitSentiment(
  rated: RatedTexts,
  settings: SentimentSettings,
  signal?: AbortSignal,
): Promise<SentimentModel> {
  const ngrams = fitNgramWeights(rated.hashes, { labels: rated.labels })
  const rows = createNgramRowBuilder(ngrams).build(rated.hashes)
  const { penalty, bayesShare = 0 } = settings
  const fitted = await fitSparseLogistic(rows, rated.labels, { penalty, ...(signal && { signal }) })
  const ratios = ratiosOf(rows, rated.labels)
  const weights = fitted.weights.map((weight, column) => weight + bayesShare * (ratios[column] ?? 0))
  const learned = {
    ngrams,
    weights: encodeNumbers(Float32Array.from(weights)),
    intercept: fitted.intercept,
    settings,
  }
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
