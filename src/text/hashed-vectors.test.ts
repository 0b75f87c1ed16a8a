import { expect, test } from 'vitest'
import { hashTerm } from './hash-term.ts'
import { buildSparseRows, fitTermWeights } from './hashed-vectors.ts'

test('the hash gives the published values of MurmurHash3', () => {
  // Test vectors of the reference implementation (x86_32) as they are published beside it.
  expect(hashTerm('', 0)).toBe(0)
  expect(hashTerm('', 1)).toBe(0x514e28b7)
  expect(hashTerm('test', 0)).toBe(0xba6bd213)
  expect(hashTerm('Hello, world!', 0x9747b28c)).toBe(0x24884cba)
  expect(hashTerm('The quick brown fox jumps over the lazy dog', 0x9747b28c)).toBe(0x2fa826cd)
})

test('a vector worked by hand: logarithmic counts times inverse frequency, of length 1', () => {
  const documents = [['tea', 'tea', 'cup'], ['cup'], ['lamp']]
  const weights = fitTermWeights(documents)
  const rows = buildSparseRows(weights, documents)
  const tea = (1 + Math.log(2)) * (Math.log(4 / 2) + 1)
  const cup = Math.log(4 / 3) + 1
  const [start = 0, end = 0] = rows.rowStarts
  const first = Object.fromEntries(
    [...rows.columns.slice(start, end)].map((column, index) => [
      weights.terms[column],
      rows.values[start + index],
    ]),
  )
  expect(first.tea).toBeCloseTo(tea / Math.hypot(tea, cup), 6)
  expect(first.cup).toBeCloseTo(cup / Math.hypot(tea, cup), 6)
})

test('terms that fall into one bucket are one, named by the more frequent', () => {
  const weights = fitTermWeights([['tea'], ['tea', 'cup'], ['cup', 'tea']], { bucketCount: 1 })
  expect(weights.terms).toEqual(['tea'])
  const rows = buildSparseRows(weights, [['cup'], ['tea'], []])
  expect([...rows.values]).toEqual([1, 1])
  expect([...rows.rowStarts]).toEqual([0, 1, 2, 2])
})

test('rare and common terms are left out on request, and unknown ones give nothing', () => {
  const documents = [['a', 'b'], ['a', 'b'], ['a', 'c'], ['a']]
  const weights = fitTermWeights(documents, { minDocumentCount: 2, maxDocumentShare: 0.5 })
  expect(weights.terms).toEqual(['b'])
  expect(buildSparseRows(weights, [['unknown']]).columns.length).toBe(0)
})
