import { createRowBuilder } from '../text/hashed-vectors.ts'
import type { ChineseSegmenter } from '../text/segment-chinese.ts'
import { createTokeniser } from '../text/tokenise.ts'
import { similaritiesOf } from './topics/spherical-kmeans.ts'
import { centresOf, type TopicModel } from './topics.ts'

/**
 * The tag of the topic that a text is nearest to, empty where it holds no word that a topic has: what `assignTopics` puts
 * first, for texts that come one by one.
 */
export function createTopicReader(
  model: TopicModel,
  segmentChinese?: ChineseSegmenter,
): (text: string) => string {
  const cut = createTokeniser(segmentChinese)
  const buildRows = createRowBuilder(model.termWeights)
  const centres = centresOf(model)
  return (text) => {
    let best = { tag: '', similarity: 0 }
    for (const [index, similarity] of similaritiesOf(buildRows([cut(text)]), 0, centres).entries())
      if (similarity > best.similarity) best = { tag: model.topics[index]?.tag ?? '', similarity }
    return best.tag
  }
}
