import { expect, test } from 'vitest'
import { createRandom } from '../math/random.ts'
import { assignTopics, fitTopics, type TopicDocument } from './topics.ts'

const themes = [
  { en: ['teapot', 'cup', 'saucer', 'kettle', 'mug', 'infuser'], zh: ['茶壶', '杯子', '水壶'] },
  { en: ['lamp', 'bulb', 'lantern', 'candle', 'light', 'chandelier'], zh: ['台灯', '灯泡', '蜡烛'] },
  { en: ['spade', 'trowel', 'gnome', 'watering', 'fence', 'planter'], zh: ['铲子', '花园', '浇水'] },
  { en: ['doll', 'puzzle', 'robot', 'kite', 'domino', 'yoyo'], zh: ['玩具', '拼图', '风筝'] },
]

/** 400 short descriptions of four words of one theme, and now and then one of another. */
function plantDocuments(seed: number): { documents: TopicDocument[]; themeOf: number[] } {
  const random = createRandom(seed)
  const themeOf = Array.from({ length: 400 }, (_, index) => index % themes.length)
  const documents = themeOf.map((theme, index) => {
    const words = (language: 'en' | 'zh', count: number) =>
      Array.from({ length: count }, () => {
        const from = random.next() < 0.1 ? random.integer(themes.length) : theme
        const list = themes[from]?.[language] ?? []
        return list[random.integer(list.length)]
      }).join(' ')
    return { id: `item ${index}`, text: { en: words('en', 4), zh: words('zh', 2) } }
  })
  return { documents, themeOf }
}

test('two themes worked by hand part, each named by the words of its own', () => {
  const texts = ['red tea cup', 'blue tea cup', 'red wall lamp', 'blue wall lamp']
  const documents = texts.map((en, index) => ({ id: `${index}`, text: { en, zh: '' } }))
  const model = fitTopics(documents, { topicCount: 2, startCount: 10 }, createRandom(1))
  const tags = assignTopics(model, documents).map((each) => each.tags[0]?.tag)
  expect(tags[0]).toBe(tags[1])
  expect(tags[2]).toBe(tags[3])
  expect(tags[0]).toMatch(/^cup, tea|^tea, cup/)
  expect(tags[2]).toMatch(/^lamp, wall|^wall, lamp/)
})

test('the planted themes are found, their number too, and named in both languages', () => {
  const { documents, themeOf } = plantDocuments(3)
  const model = fitTopics(documents, {}, createRandom(5))
  expect(model.topics.length).toBe(4)
  const tags = assignTopics(model, documents).map((each) => each.tags[0]?.tag ?? '')
  const agreeing = themes.map((_, theme) => {
    const own = tags.filter((_tag, index) => themeOf[index] === theme)
    return (
      Math.max(...model.topics.map((topic) => own.filter((tag) => tag === topic.tag).length)) / own.length
    )
  })
  expect(Math.min(...agreeing)).toBeGreaterThan(0.95)
  for (const topic of model.topics) {
    expect(topic.name.en).toMatch(/^[a-z, ]+$/)
    expect(topic.name.zh).toMatch(/^[\p{Script=Han}、]+$/u)
  }
})

test('topics are named by the words of titles, and not by single Chinese characters where there are longer words', () => {
  const texts = [
    ['茶壶', '好用，适合家庭'],
    ['茶壶', '好看，适合家庭'],
    ['台灯', '好用，放在床头'],
    ['台灯', '好看，放在床头'],
  ] as const
  const documents = texts.map(([title, text], index) => ({
    id: `${index}`,
    title: { en: '', zh: `好${title}` },
    text: { en: '', zh: `${title} ${text}` },
  }))
  const model = fitTopics(documents, { topicCount: 2, startCount: 10 }, createRandom(1))
  expect(model.topics.map((topic) => topic.name.zh).sort()).toEqual(['台灯', '茶壶'])
})

test('a model survives JSON, and the same documents and seed give the same version', () => {
  const { documents } = plantDocuments(4)
  const [model, again] = [1, 1].map((seed) => fitTopics(documents, { topicCount: 4 }, createRandom(seed)))
  expect(again?.version).toBe(model?.version)
  if (model === undefined) throw new Error('no model')
  const read = JSON.parse(JSON.stringify(model)) as typeof model
  expect(assignTopics(read, documents)).toEqual(assignTopics(model, documents))
})

test('an item without a known word has no topic; weights of the others sum to 1', () => {
  const { documents } = plantDocuments(5)
  const model = fitTopics(documents, { topicCount: 4 }, createRandom(1))
  const strange = { id: 'strange', text: { en: 'xylophone 5000', zh: '' } }
  const [unknown, ...known] = assignTopics(model, [strange, ...documents])
  expect(unknown?.tags).toEqual([])
  for (const { tags } of known) expect(tags.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 9)
})

test('descriptions that share no word are too little to learn from', () => {
  const documents = ['tea', 'lamp', ''].map((en, index) => ({ id: `${index}`, text: { en, zh: '' } }))
  expect(() => fitTopics(documents, {}, createRandom(1))).toThrow(/share words/)
})
