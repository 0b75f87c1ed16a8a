import type { Dataset } from '../core/dataset.ts'
import { AppError } from '../core/errors.ts'
import { elementAt, itemAt } from '../math/matrix.ts'
import type { FittedModel, ModelReasons, SavedModel } from './learner.ts'
import type { Contribution } from './linear-reasons.ts'
import { applyCategoryColumns, type CategoryColumns } from './prepare/category-columns.ts'
import { applyScaler, checkFeatureNames, type Scaler } from './prepare/scaler.ts'

/** How a score becomes an answer: as it is, exp, a probability, or one of several that sum to 1. */
type Link = 'identity' | 'log' | 'logit' | 'softmax'

/** What any linear model keeps: how columns are made ready, and weights over them; plain data. */
export type LinearCard = {
  /** Columns of codes become one for each common code, then all are scaled. */
  readonly columns: CategoryColumns
  readonly scaler: Scaler
  readonly link: Link
  /** One; one a class for `softmax`. */
  readonly intercepts: readonly number[]
  /** For each intercept a weight a scaled column. */
  readonly weights: readonly (readonly number[])[]
  /** Rows are told per unit of this column (days, visits), which is no feature; its logarithm is added to the score. */
  readonly exposure?: { readonly feature: string; readonly meanLog: number }
  /** What the kind tells beside: standard errors, deviance, the path of penalties. */
  readonly statistics?: object
}

/** A linear model behind the port. Scores are told from the average row, so that parts are Shapley values of what is linear. */
export function createLinearModel(
  { kind, formatVersion }: { readonly kind: string; readonly formatVersion: number },
  featureNames: readonly string[],
  card: LinearCard,
): FittedModel {
  const predict = (dataset: Dataset) => answersOf(card, scoresOf(card, prepare(featureNames, card, dataset)))
  const model: FittedModel = {
    kind,
    featureNames,
    predict: async (dataset) => predict(dataset),
    save: (): SavedModel => ({ kind, formatVersion, featureNames, card, parts: {} }),
    async [Symbol.asyncDispose]() {},
  }
  if (card.link === 'softmax') return model
  return { ...model, explain: async (dataset) => explainScores(featureNames, card, dataset) }
}

/**
 * Reads the card of a saved linear model.
 * @throws AppError 'bad_config' when parts of it are missing or do not fit each other.
 */
export function parseLinearCard(saved: SavedModel): LinearCard {
  const card = saved.card as Partial<LinearCard>
  const width =
    (card.scaler?.featureNames?.length ?? Number.NaN) + (card.scaler?.missing?.length ?? Number.NaN)
  const isWhole =
    Array.isArray(card.columns?.encoders) &&
    String(card.columns?.featureNames) ===
      String(withoutExposure(saved.featureNames, card.exposure?.feature)) &&
    Array.isArray(card.intercepts) &&
    card.intercepts.every(Number.isFinite) &&
    card.weights?.length === card.intercepts.length &&
    card.weights.every((weights) => weights.length === width && weights.every(Number.isFinite)) &&
    ['identity', 'log', 'logit', 'softmax'].includes(card.link ?? '')
  if (isWhole) return card as LinearCard
  throw new AppError('bad_config', `the card of a saved model of kind '${saved.kind}' is damaged`, {
    wayOut: { en: 'Train the model again.', zh: '请重新训练该模型。' },
  })
}

/** The features without the one that is exposure. */
export function withoutExposure(featureNames: readonly string[], exposure: string | undefined): string[] {
  return featureNames.filter((name) => name !== exposure)
}

/** The logarithm of each row's exposure. @throws AppError 'bad_input' where it is not above 0. */
export function logExposures(dataset: Dataset, feature: string): Float64Array {
  const { featureNames, rowIds, values } = dataset
  const column = featureNames.indexOf(feature)
  return Float64Array.from(rowIds, (_, row) => {
    const exposure = elementAt(values, row * featureNames.length + column)
    if (exposure > 0 && Number.isFinite(exposure)) return Math.log(exposure)
    throw new AppError('bad_input', 'an exposure must be above 0', {
      where: `row ${row}, column '${feature}'`,
      expected: 'a number above 0',
      received: String(exposure),
    })
  })
}

/** A dataset without one of its columns. */
export function dropColumn(dataset: Dataset, name: string): Dataset {
  const column = dataset.featureNames.indexOf(name)
  const width = dataset.featureNames.length
  const values = dataset.values.filter((_, index) => index % width !== column)
  return { featureNames: withoutExposure(dataset.featureNames, name), rowIds: dataset.rowIds, values }
}

type Prepared = { readonly scaled: Dataset; readonly offsets: Float64Array | undefined }

function prepare(
  featureNames: readonly string[],
  { columns, scaler, exposure }: LinearCard,
  dataset: Dataset,
): Prepared {
  checkFeatureNames(featureNames, dataset)
  const features = exposure === undefined ? dataset : dropColumn(dataset, exposure.feature)
  return {
    scaled: applyScaler(scaler, applyCategoryColumns(columns, features)),
    offsets: exposure && logExposures(dataset, exposure.feature),
  }
}

/** [rows × intercepts] */
function scoresOf({ intercepts, weights }: LinearCard, { scaled, offsets }: Prepared): Float64Array {
  const { rowIds, values, featureNames } = scaled
  const [width, count] = [featureNames.length, intercepts.length]
  const scores = new Float64Array(rowIds.length * count)
  for (const [place, own] of weights.entries())
    for (let row = 0; row < rowIds.length; row++) {
      let score = itemAt(intercepts, place) + (offsets === undefined ? 0 : elementAt(offsets, row))
      for (let column = 0; column < width; column++)
        score += itemAt(own, column) * elementAt(values, row * width + column)
      scores[row * count + place] = score
    }
  return scores
}

function answersOf({ link, intercepts }: LinearCard, scores: Float64Array): Float64Array {
  switch (link) {
    case 'identity':
      return scores
    case 'log':
      return scores.map((score) => Math.min(Number.MAX_VALUE, Math.exp(score)))
    case 'logit':
      return scores.map((score) => (score >= 0 ? 1 / (1 + Math.exp(-score)) : 1 - 1 / (1 + Math.exp(score))))
    case 'softmax':
      return softmaxRows(scores, intercepts.length)
    default:
      return link satisfies never
  }
}

/** Probabilities of each row's scores, [rows × count]. */
function softmaxRows(scores: Float64Array, count: number): Float64Array {
  const answers = new Float64Array(scores.length)
  for (let start = 0; start < scores.length; start += count) {
    const own = scores.subarray(start, start + count)
    const most = own.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
    const total = own.reduce((sum, score) => sum + Math.exp(score - most), 0)
    for (let place = 0; place < count; place++)
      answers[start + place] = Math.exp(elementAt(own, place) - most) / total
  }
  return answers
}

function explainScores(featureNames: readonly string[], card: LinearCard, dataset: Dataset): ModelReasons {
  const prepared = prepare(featureNames, card, dataset)
  const { scaled, offsets } = prepared
  const [weights = []] = card.weights
  const [width, sources] = [scaled.featureNames.length, sourcesOf(featureNames, card)]
  const exposurePlace = featureNames.indexOf(card.exposure?.feature ?? '')
  const meanLog = card.exposure?.meanLog ?? 0
  const contributions = dataset.rowIds.map((_, row) => {
    const sums = new Float64Array(featureNames.length)
    for (const [column, source] of sources.entries())
      sums[source] =
        elementAt(sums, source) + itemAt(weights, column) * elementAt(scaled.values, row * width + column)
    if (offsets !== undefined) sums[exposurePlace] = elementAt(offsets, row) - meanLog
    return rankParts(featureNames, sums)
  })
  return { base: itemAt(card.intercepts, 0) + meanLog, contributions }
}

/** Largest first, parts of 0 left out. */
function rankParts(featureNames: readonly string[], sums: Float64Array): Contribution[] {
  return featureNames
    .map((feature, place) => ({ feature, contribution: elementAt(sums, place) }))
    .filter(({ contribution }) => contribution !== 0)
    .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
}

/** For each scaled column the feature it was made of: numbers, then the codes of each category, then flags of what is missing. */
function sourcesOf(featureNames: readonly string[], { columns, scaler }: LinearCard): number[] {
  const places = columns.featureNames.map((name) => featureNames.indexOf(name))
  const coded = new Set(columns.encoders.map(({ column }) => column))
  const made = [
    ...places.filter((_, column) => !coded.has(column)),
    ...columns.encoders.flatMap(({ column, encoder }) =>
      encoder.categories.map(() => itemAt(places, column)),
    ),
  ]
  return [...made, ...scaler.missing.map((column) => itemAt(made, column))]
}
