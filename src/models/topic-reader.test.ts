import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRandom } from '../math/random.ts'
import { createTopicReader } from './topic-reader.ts'
import { assignTopics, fitTopics, type TopicDocument } from './topics.ts'

const themes = [
  { en: 'tea kettle cup brewing', zh: '茶壶 茶杯 泡茶' },
  { en: 'desk lamp light bulb', zh: '台灯 灯泡 照明' },
  { en: 'dress silk sleeve gown', zh: '连衣裙 丝绸 袖子' },
]
const documents = themes.flatMap(({ en, zh }, theme) =>
  Array.from({ length: 12 }, (_, index): TopicDocument => {
    const pick = (words: string) =>
      words
        .split(' ')
        .filter((_, place) => place !== index % 3)
        .join(' ')
    return { id: `${theme}-${index}`, text: { en: pick(en), zh: pick(zh) } }
  }),
)
const model = fitTopics(documents, { topicCount: 3 }, createRandom(1))
const topicOf = createTopicReader(model)

test('a search finds the topic of what it looks for, in either language', () => {
  for (const [index, [en, zh]] of [
    ['kettle for tea', '茶壶'],
    ['bright desk LAMPS', '护眼台灯'],
    ['silk dress', '丝绸连衣裙'],
  ].entries()) {
    const [own] = assignTopics(
      model,
      documents.filter(({ id }) => id === `${index}-0`),
    )
    expect(topicOf(en ?? '')).toBe(own?.tags[0]?.tag)
    expect(topicOf(zh ?? '')).toBe(own?.tags[0]?.tag)
  }
})

test('a text without a known word has none', () => {
  for (const text of ['', 'xylophone', '钢琴', '42 !!']) expect(topicOf(text)).toBe('')
})

test('it is always the first topic that items of the same words get', () => {
  const words = fc.constantFrom(...themes.flatMap(({ en, zh }) => `${en} ${zh}`.split(' ')), 'xylophone')
  const text = fc.array(words, { maxLength: 6 }).map((list) => list.join(' '))
  fc.assert(
    fc.property(fc.array(text, { minLength: 30, maxLength: 60 }), (texts) => {
      const assigned = assignTopics(
        model,
        texts.map((each, index) => ({ id: String(index), text: { en: each, zh: each } })),
      )
      expect(texts.map(topicOf)).toEqual(assigned.map(({ tags }) => tags[0]?.tag ?? ''))
    }),
    { numRuns: 10 },
  )
})
