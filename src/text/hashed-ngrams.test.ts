import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createNgramHasher } from './hashed-ngrams.ts'
import { createNgramRowBuilder, fitNgramWeights } from './ngram-weights.ts'

const hash = createNgramHasher()
/** How many different n-grams two texts have in common. */
function countShared(first: string, second: string): number {
  const others = new Set(hash(second))
  return [...new Set(hash(first))].filter((each) => others.has(each)).length
}

test('words and pairs of neighbours count, whatever their case and width; so do marks, three of a row at most', () => {
  expect(hash('Not good')).toHaveLength(4)
  expect([...hash('NOT ｇｏｏｄ')]).toEqual([...hash('not good')])
  // Two words in common and no pair.
  expect(countShared('not good', 'good not')).toBe(2)
  expect(hash('not good!')).toHaveLength(6)
  expect([...hash('not good！！！！')]).toEqual([...hash('not good!!!')])
  expect(countShared('good!', 'bad?')).toBe(0)
})

test('the n-grams of fits from before marks and threes are still to be had, and are among those of now', () => {
  const before = createNgramHasher(undefined, 1)
  expect([...before('NOT, good!')]).toEqual([...before('not good')])
  const now = new Set(hash('很不好吃'))
  const old = before('很不好吃')
  expect([...old].every((each) => now.has(each))).toBe(true)
  expect(now.size).toBe(new Set(old).size + 2)
})

test('Chinese counts by words and by characters, so that words which jieba cuts apart still meet', () => {
  // 不, 好 and 不好 at least, wherever the words end.
  expect(countShared('不好吃', '不好看')).toBeGreaterThanOrEqual(3)
  expect(countShared('不好', '真的不好用')).toBeGreaterThanOrEqual(3)
  expect(countShared('好', '坏')).toBe(0)
})

test('both scripts in one run are cut apart', () => {
  expect(countShared('led灯', 'led')).toBeGreaterThan(0)
  expect(countShared('led灯', '灯')).toBeGreaterThan(0)
})

test('a row worked by hand: logarithmic counts times inverse frequency, of length 1', () => {
  const one = (...hashes: number[]) => Uint32Array.from(hashes)
  const texts = [one(7, 7, 9), one(9), one(3), one(7)]
  const weights = fitNgramWeights(texts, { bucketCount: 16 })
  const { columnCount, build } = createNgramRowBuilder(weights)
  // 3 stands in one text only.
  expect(columnCount).toBe(2)
  const rows = build([one(9, 7, 3, 7), one(3)])
  const idf = Math.log(5 / 3) + 1
  const [seven, nine] = [(1 + Math.log(2)) * idf, idf]
  expect([...rows.columns]).toEqual([0, 1])
  expect(rows.values[0]).toBeCloseTo(seven / Math.hypot(seven, nine), 6)
  expect(rows.values[1]).toBeCloseTo(nine / Math.hypot(seven, nine), 6)
  expect([...rows.rowStarts]).toEqual([0, 2, 2])
})

test('with labels, what parts them counts for more: worked by hand', () => {
  const one = (...hashes: number[]) => Uint32Array.from(hashes)
  // 7 stands in two good texts, 9 in a good and a bad one.
  const texts = [one(7), one(7, 9), one(9)]
  const { build } = createNgramRowBuilder(fitNgramWeights(texts, { bucketCount: 16, labels: [1, 1, 0] }))
  // Counts plus 1: good 3 and 2 of 5, bad 1 and 2 of 3; both are equally rare.
  const seven = 0.5 + 0.5 * Math.log(3 / 5 / (1 / 3))
  const nine = 0.5 + 0.5 * Math.abs(Math.log(2 / 5 / (2 / 3)))
  const { values } = build([one(7, 9)])
  expect(values[0]).toBeCloseTo(seven / Math.hypot(seven, nine), 6)
  expect(values[1]).toBeCloseTo(nine / Math.hypot(seven, nine), 6)
})

test('whatever text comes, it is read, and rows have length 1 or none', () => {
  const known = ['good 好', 'bad 坏', 'good 好 bad 坏'].map(hash)
  const { build } = createNgramRowBuilder(fitNgramWeights(known))
  const words = fc.stringMatching(/^[a-z好坏 ]*$/)
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), words), (text) => {
      const { values } = build([hash(text)])
      const length = Math.hypot(...values)
      expect(values.length === 0 || Math.abs(length - 1) < 1e-5).toBe(true)
    }),
  )
})
