import { expect, test } from 'vitest'
import { createRandom } from '../math/random.ts'
import { chooseSentimentSettings, fitSentiment, readRatedTexts } from './sentiment.ts'
import { createTextReader } from './text-reader.ts'
import { fitTopics } from './topics.ts'

const items = ['tea kettle', 'tea cup', 'desk lamp', 'reading lamp'].map((en, index) => ({
  id: String(index),
  text: { en, zh: '' },
}))
const topics = fitTopics(items, { topicCount: 2 }, createRandom(1))
const texts = Array.from({ length: 120 }, (_, index) => `${index % 2 === 0 ? 'lovely' : 'awful'} ${index}`)
const rated = await readRatedTexts(
  texts,
  Uint8Array.from(texts, (_, index) => (index % 2 === 0 ? 1 : 0)),
)
const sentiment = fitSentiment(rated, await chooseSentimentSettings(rated, createRandom(1)))
const reader = createTextReader({ topics, sentiment })
const [lampTag] = topics.topics.filter(({ terms }) => terms.includes('lamp')).map(({ tag }) => tag)

test('a search has a topic and no feeling, a review both', () => {
  expect(reader.read({ query: 'lamp', text: '' })).toEqual({ topic: lampTag, sentiment: Number.NaN })
  const review = reader.read({ query: '', text: 'a lovely lamp' })
  expect(review?.topic).toBe(lampTag)
  expect(review?.sentiment).toBeGreaterThan(0.5)
  expect(reader.read({ query: '', text: 'awful' })).toMatchObject({ topic: '' })
})

test('a line that says nothing known has no reading', () => {
  expect(reader.read({ query: '', text: '' })).toBeUndefined()
  expect(reader.read({ query: 'lovely', text: '' })).toBeUndefined()
  expect(reader.read({ query: 'lamp', text: 'zzz' })).toBeUndefined()
})

test('a model that was never learned says nothing, the other goes on', () => {
  expect(createTextReader({ topics }).read({ query: '', text: 'lovely lamp' })).toEqual({
    topic: lampTag,
    sentiment: Number.NaN,
  })
  expect(createTextReader({ sentiment }).read({ query: 'lamp', text: '' })).toBeUndefined()
})

test('the version is that of both models', () => {
  const same = createTextReader(JSON.parse(JSON.stringify({ topics, sentiment })))
  expect(same.version).toBe(reader.version)
  const versions = [{}, { topics }, { sentiment }, { topics, sentiment }].map(
    (models) => createTextReader(models).version,
  )
  expect(new Set(versions).size).toBe(4)
})
