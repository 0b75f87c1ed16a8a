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
const sentiment = await fitSentiment(rated, await chooseSentimentSettings(rated, createRandom(1)))
const reader = createTextReader({ topics, sentiment })
const search = (query: string) => ({ kind: 'search', query, text: '' }) as const
const review = (text: string) => ({ kind: 'review', query: '', text }) as const
const [lampTag] = topics.topics.filter(({ terms }) => terms.includes('lamp')).map(({ tag }) => tag)

test('a search has a topic and no feeling, a review both', () => {
  expect(reader.read(search('lamp'))).toEqual({ topic: lampTag, sentiment: Number.NaN })
  const said = reader.read(review('a lovely lamp'))
  expect(said?.topic).toBe(lampTag)
  expect(said?.sentiment).toBeGreaterThan(0.5)
  expect(reader.read(review('awful'))).toMatchObject({ topic: '' })
})

test('a line that says nothing known has no reading', () => {
  expect(reader.read(search(''))).toBeUndefined()
  expect(reader.read(search('lovely'))).toBeUndefined()
  expect(reader.read(review('zzz'))).toBeUndefined()
  expect(reader.read({ kind: 'survey', query: '', text: 'lovely lamp' })).toBeUndefined()
  expect(reader.read({ kind: 'click', query: 'lamp', text: '' })).toBeUndefined()
})

test('a model that was never learned says nothing, the other goes on', () => {
  expect(createTextReader({ topics }).read(review('lovely lamp'))).toEqual({
    topic: lampTag,
    sentiment: Number.NaN,
  })
  expect(createTextReader({ sentiment }).read(search('lamp'))).toBeUndefined()
})

test('the version is that of both models', () => {
  const same = createTextReader(JSON.parse(JSON.stringify({ topics, sentiment })))
  expect(same.version).toBe(reader.version)
  const versions = [{}, { topics }, { sentiment }, { topics, sentiment }].map(
    (models) => createTextReader(models).version,
  )
  expect(new Set(versions).size).toBe(4)
})
