import { createHash } from 'node:crypto'
import type { TextReader } from '../core/text-reading.ts'
import { createChineseSegmenter } from '../text/segment-chinese.ts'
import { createSentimentReader, type SentimentModel } from './sentiment.ts'
import { createTopicReader } from './topic-reader.ts'
import type { TopicModel } from './topics.ts'

/** The models that read words; what was never learned is absent. Plain data for JSON. */
export type TextModels = { readonly topics?: TopicModel; readonly sentiment?: SentimentModel }

/** Changes when the same models would say something else of the same words. */
const readingVersion = 1

/**
 * Reads the topic of a search or a review, and the sentiment of a review. The models are made ready (some 200 ms) when the
 * first words come.
 */
export function createTextReader(models: TextModels): TextReader {
  let tools: Tools | undefined
  const versions = [readingVersion, models.topics?.version, models.sentiment?.version]
  return {
    version: createHash('sha256').update(JSON.stringify(versions)).digest('hex').slice(0, 12),
    read({ kind, query, text }) {
      const words = kind === 'search' ? query : kind === 'review' ? text : ''
      if (words === '') return undefined
      tools ??= prepare(models)
      const topic = tools.topicOf(words)
      // As the table keeps it: what is read live and what is read back later are one number.
      const sentiment = kind === 'review' ? Math.fround(tools.sentimentOf(words)) : Number.NaN
      return topic === '' && Number.isNaN(sentiment) ? undefined : { topic, sentiment }
    },
  }
}

type Tools = {
  readonly topicOf: (text: string) => string
  readonly sentimentOf: (text: string) => number
}

/** Both cut Chinese by one dictionary, which takes most of the time and memory. */
function prepare({ topics, sentiment }: TextModels): Tools {
  const segmentChinese = createChineseSegmenter()
  return {
    topicOf: topics ? createTopicReader(topics, segmentChinese) : () => '',
    sentimentOf: sentiment ? createSentimentReader(sentiment, segmentChinese) : () => Number.NaN,
  }
}
