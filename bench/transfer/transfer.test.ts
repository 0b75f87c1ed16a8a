import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createRandom } from '../../src/math/random.ts'
import type { TextVectorEncoder } from '../../src/text/text-encoder.ts'
import { drawLabels, splitTexts } from './draw-labels.ts'
import { judgeCurve } from './judge-curves.ts'
import { keepModel, readKept } from './keep-model.ts'
import { rememberVectors } from './remember-vectors.ts'
import { blend } from './ways.ts'

const folder = mkdtempSync(join(tmpdir(), 'likeness-transfer-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('no text that is judged on is read before, labelled or not, and labels are as common as among all', () => {
  const texts = Array.from({ length: 400 }, (_, row) => `text ${row % 300}`)
  const labels = Uint8Array.from(texts, (_, row) => Number(row % 4 !== 0))
  const { known, test: judged } = splitTexts({ texts, labels }, 50, createRandom(1))
  const read = new Set(Array.from(known, (row) => texts[row]))
  expect(judged.length).toBe(50)
  expect(Array.from(judged, (row) => texts[row]).filter((text) => read.has(text))).toEqual([])
  const drawn = drawLabels(known, labels, 40, createRandom(2))
  expect(new Set(drawn).size).toBe(40)
  expect(drawn.every((row) => known.includes(row))).toBe(true)
  const share = known.filter((row) => labels[row] === 1).length / known.length
  expect(drawn.filter((row) => labels[row] === 1).length).toBe(Math.round(40 * share))
  expect(() => drawLabels(known, labels, 500, createRandom(2))).toThrow('500 labels')
})

test('a blend is the mean of log-odds', () => {
  const [said = 0] = blend(Float64Array.of(0.9), Float64Array.of(0.5))
  expect(said / (1 - said)).toBeCloseTo(3, 10)
})

test('figures are means over draws, beside the rival on the same rows', () => {
  const labels = Uint8Array.of(0, 0, 1, 1)
  const right = Float64Array.of(0.1, 0.2, 0.8, 0.9)
  const wrong = Float64Array.of(0.9, 0.8, 0.2, 0.1)
  const ways = new Map([
    ['ours', { seconds: 1, draws: [right, wrong] }],
    ['theirs', { seconds: 1, draws: [wrong, wrong] }],
  ])
  const judged = judgeCurve(labels, ways, { count: 4, rival: 'theirs', random: createRandom(1) })
  expect(judged.map(({ name }) => name)).toEqual(['4 labels: ours', '4 labels: theirs'])
  expect(judged[0]?.metrics).toMatchObject({
    auc: { value: 0.5 },
    'auc less that of theirs': { value: 0.5 },
    'auc, least draw': 0,
    'auc, greatest draw': 1,
  })
})

test('what was kept is read again, and nothing where nothing was', () => {
  const saved = {
    ...{ kind: 'some', formatVersion: 1, featureNames: [], card: { a: [1] } },
    parts: { network: Buffer.from([1, 2, 3]) },
  }
  keepModel(folder, 'model', saved)
  expect(readKept(folder, 'model')).toEqual(saved)
  expect(readKept(folder, 'other')).toBeUndefined()
})

test('an encoder that remembers reads no text twice and answers in the order it was asked', async () => {
  const read: string[] = []
  const plain: TextVectorEncoder = {
    ...{ name: 'lengths', width: 1 },
    async encode(texts) {
      read.push(...texts)
      return Float32Array.from(texts, (text) => text.length)
    },
    [Symbol.asyncDispose]: async () => {},
  }
  const encoder = rememberVectors(plain)
  expect(await encoder.encode(['ab', 'c', 'ab'])).toEqual(Float32Array.of(2, 1, 2))
  expect(await encoder.encode(['c', 'def'])).toEqual(Float32Array.of(1, 3))
  expect(read).toEqual(['ab', 'c', 'def'])
})
