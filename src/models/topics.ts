import { createHash } from 'node:crypto'
import { AppError } from '../core/errors.ts'
import type { Bilingual } from '../core/language.ts'
import type { Random } from '../math/random.ts'
import { buildSparseRows, fitTermWeights, type SparseRows, type TermWeights } from '../text/hashed-vectors.ts'
import { createTokeniser } from '../text/tokenise.ts'
import { nameTopics } from './topics/name-topics.ts'
import { type Clustering, clusterRows, similaritiesOf } from './topics/spherical-kmeans.ts'
import { chooseClustering } from './topics/topic-count.ts'

/** What describes an item, in one language or both; an absent text is empty. */
export type TopicDocument = {
  readonly id: string
  readonly text: Bilingual
  /** The words to name topics by, where they are fewer than those of the text: titles say what a thing is. */
  readonly title?: Bilingual
}

/** A theme that many descriptions share. */
type Topic = {
  /** Tells it apart from the other topics of the model; stored as the item's tag. */
  readonly tag: string
  readonly name: Bilingual
  /** The words that set it apart, the most distinctive first. */
  readonly terms: readonly string[]
  readonly itemCount: number
  /** Its centre: positions in the model's buckets and their weights, of length 1. */
  readonly columns: readonly number[]
  readonly weights: readonly number[]
}

/** Plain data for JSON. */
export type TopicModel = {
  readonly kind: 'topics'
  readonly formatVersion: 1
  /** A digest of what was learned: the same documents and seed give the same version. */
  readonly version: string
  readonly termWeights: TermWeights
  /** The largest first. */
  readonly topics: readonly Topic[]
}

export type TopicOptions = {
  /** How many topics; undefined: chosen up to `maxTopicCount` (default 24). */
  readonly topicCount?: number
  readonly maxTopicCount?: number
  /** Starts of the clustering, of which the best is kept (default 4). */
  readonly startCount?: number
}

/** The topics of one item, the strongest first; weights sum to 1. */
export type TopicWeights = {
  readonly itemId: string
  readonly tags: readonly { readonly tag: string; readonly weight: number }[]
}

/** An item has at most this many topics, each at least half as similar as the best. */
const tagLimit = 3

/**
 * Topics of item descriptions: hashed TF-IDF vectors of length 1, spherical k-means (Dhillon & Modha, 2001) from
 * k-means++ starts, named by class-based TF-IDF (Grootendorst, 2022). Documents without a word that another one has
 * belong to no topic. 4,000 items take one to two seconds.
 * @throws AppError 'too_little_data' when fewer than two documents share a word.
 */
export function fitTopics(
  documents: readonly TopicDocument[],
  options: TopicOptions,
  random: Random,
): TopicModel {
  const tokens = tokenise(documents)
  const termWeights = fitTermWeights(tokens, { minDocumentCount: 2, maxDocumentShare: 0.5 })
  const rows = buildSparseRows(termWeights, tokens)
  const told = countTold(rows)
  if (told < 2)
    throw new AppError('too_little_data', {
      en: `topics need descriptions that share words; ${told} of ${documents.length} do`,
      zh: `主题需要有共同用词的商品描述；${documents.length} 条中仅 ${told} 条符合`,
    })
  const { topicCount, maxTopicCount = 24, startCount = 4 } = options
  const clustering =
    topicCount === undefined
      ? chooseClustering(rows, { maxTopicCount: Math.min(maxTopicCount, told), startCount }, random)
      : clusterRows(rows, { clusterCount: Math.min(topicCount, told), startCount }, random)
  const topics = describeTopics(termWeights, tokeniseTitles(documents, tokens), clustering)
  const digest = createHash('sha256').update(JSON.stringify([termWeights, topics]))
  return { kind: 'topics', formatVersion: 1, version: digest.digest('hex').slice(0, 12), termWeights, topics }
}

/** The topics of each document; none for one without a known word. */
export function assignTopics(model: TopicModel, documents: readonly TopicDocument[]): TopicWeights[] {
  const rows = buildSparseRows(model.termWeights, tokenise(documents))
  const centres = centresOf(model)
  return documents.map(({ id }, row) => {
    const ranked = Array.from(similaritiesOf(rows, row, centres), (similarity, index) => ({
      similarity,
      index,
    }))
      .filter(({ similarity }) => similarity > 0)
      .sort((a, b) => b.similarity - a.similarity)
    const strong = ranked
      .slice(0, tagLimit)
      .filter(({ similarity }) => similarity >= 0.5 * (ranked[0]?.similarity ?? 0))
    const total = strong.reduce((sum, { similarity }) => sum + similarity, 0)
    const tags = strong.map(({ similarity, index }) => ({
      tag: model.topics[index]?.tag ?? '',
      weight: similarity / total,
    }))
    return { itemId: id, tags }
  })
}

function tokenise(documents: readonly TopicDocument[]): string[][] {
  const cut = createTokeniser()
  return documents.map(({ text }) => cut(joinLanguages(text)))
}

/** The words of each title, or of the whole text where there is none. */
function tokeniseTitles(documents: readonly TopicDocument[], tokens: readonly string[][]): string[][] {
  const cut = createTokeniser()
  return documents.map(({ title }, index) => {
    const words = title === undefined ? [] : cut(joinLanguages(title))
    return words.length > 0 ? words : (tokens[index] ?? [])
  })
}

function joinLanguages({ en, zh }: Bilingual): string {
  return en === zh ? en : `${en} ${zh}`
}

function countTold(rows: SparseRows): number {
  let count = 0
  for (let row = 1; row < rows.rowStarts.length; row++)
    if ((rows.rowStarts[row] ?? 0) > (rows.rowStarts[row - 1] ?? 0)) count++
  return count
}

function describeTopics(
  termWeights: TermWeights,
  tokens: readonly (readonly string[])[],
  { clusterOf, centres }: Clustering,
): Topic[] {
  const names = nameTopics(new Set(termWeights.terms), tokens, clusterOf, centres.length)
  return centres
    .map((centre, cluster) => ({
      ...(names[cluster] ?? { tag: '', name: { en: '', zh: '' }, terms: [] }),
      itemCount: clusterOf.reduce((count, each) => count + (each === cluster ? 1 : 0), 0),
      ...toSparse(centre),
    }))
    .filter((topic) => topic.itemCount > 0)
    .sort((a, b) => b.itemCount - a.itemCount)
}

function toSparse(centre: Float64Array): Pick<Topic, 'columns' | 'weights'> {
  const columns = [...centre.keys()].filter((column) => (centre[column] ?? 0) > 0)
  return { columns, weights: columns.map((column) => Number((centre[column] ?? 0).toPrecision(6))) }
}

/** The centre of each topic over all columns of a row. */
export function centresOf({ topics, termWeights }: TopicModel): Float64Array[] {
  return topics.map((topic) => toDense(topic, termWeights.buckets.length))
}

function toDense({ columns, weights }: Topic, columnCount: number): Float64Array {
  const centre = new Float64Array(columnCount)
  for (const [index, column] of columns.entries()) centre[column] = weights[index] ?? 0
  return centre
}
