import { type Item, loadItems } from '../catalog/load-items.ts'
import { saveItemTags } from '../catalog/save-item-tags.ts'
import { AppError } from '../core/errors.ts'
import type { Bilingual } from '../core/language.ts'
import type { Database } from '../database/database.ts'
import type { Random } from '../math/random.ts'
import { assignTopics, fitTopics, type TopicDocument } from '../models/topics.ts'
import { plainTitles } from './plain-titles.ts'
import { listModels, loadModel, type RegisteredModel, registerModel } from './registry.ts'
import { versionOf } from './training.ts'

export type TopicsOptions = {
  /** Only items with a line by then are learned from. */
  readonly asOfMs: number
  readonly now: Date
  readonly random: Random
  readonly signal?: AbortSignal
}

/** A topic as people read it; the tag is what items and affinities carry. */
export type TopicName = { readonly tag: string; readonly name: Bilingual; readonly itemCount: number }

/** What was learned: the version that item_tags and features carry. */
export type LearnedTopics = { readonly version: string; readonly topics: readonly TopicName[] }

/**
 * Learns topics from the descriptions of the items known by the cut, tags every item, and registers the model. Undefined
 * when the descriptions share too few words.
 */
export async function trainTopics(
  database: Database,
  options: TopicsOptions,
): Promise<LearnedTopics | undefined> {
  const items: Item[] = []
  const control = options.signal ? { signal: options.signal } : {}
  for await (const batch of loadItems(database, { knownByMs: options.asOfMs, ...control }))
    items.push(...batch)
  const titles = plainTitles(items)
  const documents = items.map(
    (item, index): TopicDocument => ({
      id: item.id,
      text: { en: `${item.name} ${item.description}`, zh: `${item.nameZh} ${item.descriptionZh}` },
      ...(titles[index] ? { title: titles[index] } : {}),
    }),
  )
  try {
    const model = fitTopics(documents, {}, options.random.fork('topics'))
    const tagged = { model: 'topics', version: model.version, ...control }
    await saveItemTags(database, tagged, assignTopics(model, documents))
    const { version, topics } = model
    await registerModel(
      database,
      { name: 'topics', version: versionOf('topics', options.asOfMs), model: model },
      options,
    )
    return { version, topics: topics.map(({ tag, name, itemCount }) => ({ tag, name, itemCount })) }
  } catch (error) {
    if (error instanceof AppError && error.code === 'too_little_data') return undefined
    throw error
  }
}

/** The topics of the latest fit that saw nothing after the cut; undefined where there is none. */
export async function loadTopicsAsOf(database: Database, asOfMs: number): Promise<LearnedTopics | undefined> {
  const fits = (await listModels(database)).filter(({ name }) => name === 'topics')
  const earlier = fits.filter(({ asOf }) => Date.parse(asOf) <= asOfMs)
  const [latest] = earlier.toSorted((a, b) => Date.parse(b.asOf) - Date.parse(a.asOf))
  const registered = latest && (await loadModel(database, latest.version))
  return registered && readLearned(registered)
}

/** The topics in use; undefined before the first build or where descriptions gave none. */
export async function loadTopics(database: Database): Promise<LearnedTopics | undefined> {
  const registered = await loadModel(database, 'topics')
  return registered && readLearned(registered)
}

function readLearned({ model }: RegisteredModel): LearnedTopics {
  const { version, topics } = model as LearnedTopics
  return { version, topics: topics.map(({ tag, name, itemCount }) => ({ tag, name, itemCount })) }
}
