import { expect, test } from 'vitest'
import { parseAsOf } from './as-of.ts'

const nowMs = Date.UTC(2026, 0, 1)
const iso = (text: string, timeZone = 'UTC') => new Date(parseAsOf(text, { timeZone, nowMs })).toISOString()

test('a day is its first instant and a time without a zone is the shop’s', () => {
  expect(iso('2011-09-10')).toBe('2011-09-10T00:00:00.000Z')
  expect(iso('2011-09-10', 'Asia/Shanghai')).toBe('2011-09-09T16:00:00.000Z')
  expect(iso('2011-09-10T08:30', 'Europe/London')).toBe('2011-09-10T07:30:00.000Z')
  expect(iso('2011-01-10 08:30:15', 'America/New_York')).toBe('2011-01-10T13:30:15.000Z')
})

test('a zone that is named counts', () => {
  expect(iso('2011-09-10T08:30:00Z', 'Asia/Shanghai')).toBe('2011-09-10T08:30:00.000Z')
  expect(iso('2011-09-10T08:30+05:30')).toBe('2011-09-10T03:00:00.000Z')
})

test('the days on which clocks change have the right offset', () => {
  expect(iso('2025-03-30T03:00', 'Europe/Berlin')).toBe('2025-03-30T01:00:00.000Z')
  expect(iso('2025-10-26T04:00', 'Europe/Berlin')).toBe('2025-10-26T03:00:00.000Z')
})

test.each(['tomorrow', '', '2011', '2011-02-31', '2011-13-01', '2011-09-10T25:00', '10/09/2011'])(
  '“%s” is refused with examples',
  (text) => {
    expect(() => iso(text)).toThrow('the cut is no date')
  },
)

test('a cut in the future is refused', () => {
  expect(() => iso('2030-01-01')).toThrow('the cut lies in the future')
})
