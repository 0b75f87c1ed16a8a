import { expect, test } from 'vitest'
import { createWordSplitter } from './split-words.ts'
import { createSubwordEncoder, fitSubwords, pieceIds, type SubwordVocabulary } from './subword-vocabulary.ts'

function repeat(counts: Readonly<Record<string, number>>): string[] {
  return Object.entries(counts).flatMap(([word, count]) => Array<string>(count).fill(word))
}

/** Pieces as they are written; signs for what has no piece. */
function piecesOf(vocabulary: SubwordVocabulary, text: string, length = 100): string[] {
  const names = ['', '?', '_', '^', ...vocabulary.characters]
  for (const [first, second] of vocabulary.merges)
    if (!names.includes(first + second)) names.push(first + second)
  return Array.from(createSubwordEncoder(vocabulary).encode(text, length), (id) => names[id] ?? 'none')
}

test('the example of Sennrich, Haddow and Birch, worked by hand', async () => {
  // Pairs at first: e s and s t 9, w e 8, ▁ l, l o and o w 7; of equals the one whose characters come first.
  const texts = repeat({ low: 5, lower: 2, newest: 6, widest: 3 })
  const vocabulary = await fitSubwords(texts, { size: 22 })
  const joined = vocabulary.merges.map(([first, second]) => first + second)
  expect(joined.slice(0, 5)).toEqual(['es', 'est', 'lo', 'low', '▁low'])
  expect(piecesOf(vocabulary, 'Lowest')).toEqual(['^', '▁low', 'est'])
})

test('characters come by how common they are, and those that stand once are unknown', async () => {
  const vocabulary = await fitSubwords(['bab', 'bz'], { size: 100 })
  expect(vocabulary.characters).toEqual(['b', '▁'])
  expect(piecesOf(vocabulary, 'zb')).toEqual(['^', '▁', '?', 'b'])
})

test('several pairs a round give the same pieces as one pair a round where they cannot overlap', async () => {
  const texts = repeat({ 质量: 9, 服务: 8, 物流: 7, 价格: 6, 不错: 5, 满意: 4, 房间: 3, 早餐: 2 })
  const many = await fitSubwords(texts, { size: 200, splitWords: (text) => [text] })
  expect(many.merges.map(([first, second]) => first + second)).toEqual([
    ...['质量', '服务', '物流', '价格', '不错', '满意', '房间', '早餐'],
  ])
})

test('Chinese, English, numbers and signs stand beside each other; a long text is cut', async () => {
  expect(createWordSplitter()('服务不错，Very GOOD!!! 100分😀😀')).toEqual([
    ...['服务', '不错', '▁very', '▁good', '!', '▁100', '分', '😀'],
  ])
  const vocabulary = await fitSubwords(['好 好 好'], { size: 10 })
  expect(createSubwordEncoder(vocabulary).encode('好 好 好 好 好', 3)).toEqual(Int32Array.of(3, 4, 4))
  expect(createSubwordEncoder(vocabulary).encode('', 3)).toEqual(Int32Array.of(pieceIds.start))
})

test('a run of letters without end is read in pieces of its own', () => {
  const words = createWordSplitter()('x'.repeat(100))
  expect(words.map((word) => word.length)).toEqual([33, 32, 32, 4])
})

test('texts that repeat nothing are refused, a vocabulary that is not whole as well', async () => {
  await expect(fitSubwords(['a'], { size: 10 })).rejects.toMatchObject({ code: 'too_little_data' })
  const broken: SubwordVocabulary = { formatVersion: 1, characters: ['a'], merges: [['a', 'b']] }
  expect(() => createSubwordEncoder(broken)).toThrow(expect.objectContaining({ code: 'bad_config' }))
})
