import { expect, test } from 'vitest'
import { splitInTime } from './cuts.ts'

const day = 86_400_000
const iso = (ms: number) => new Date(ms).toISOString().slice(0, 10)

test('Online Retail at 90 days is cut as the design says', () => {
  const cuts = splitInTime({ firstMs: Date.UTC(2010, 11, 1), lastMs: Date.UTC(2011, 11, 9, 12, 50) }, 90)
  expect(iso(cuts.testMs)).toBe('2011-09-10')
  expect(iso(cuts.validationMs)).toBe('2011-06-12')
  expect(cuts.trainMs.map(iso)).toEqual(['2011-03-14'])
})

test('a shorter horizon trains on several cuts and no label window reaches past the next cut', () => {
  const cuts = splitInTime({ firstMs: 0, lastMs: 400 * day }, 30, 4)
  expect(cuts.trainMs).toHaveLength(4)
  for (const cut of cuts.trainMs) expect(cut + 30 * day).toBeLessThanOrEqual(cuts.validationMs)
  expect(cuts.validationMs + 30 * day).toBeLessThanOrEqual(cuts.testMs)
})

test('a history that is too short says how long it must be', () => {
  expect(() => splitInTime({ firstMs: 0, lastMs: 200 * day }, 90)).toThrow(
    /360 days of history, there are 200/,
  )
})
