import { expect, test } from 'vitest'
import type { InterestFacts } from '../report-data.ts'
import { groupHistory } from './group-history.ts'
import { createReading } from './reading.ts'

const facts: InterestFacts = {
  silhouette: 0.4,
  stability: 0.9,
  isGrouped: true,
  groups: [],
  map: [],
  topics: [],
  history: {
    sharedCount: 200,
    movedCount: 30,
    stabilityIndex: 0.31,
    changes: [
      {
        now: 0,
        before: 1,
        shareBefore: 0.5,
        shareNow: 0.25,
        keptShare: 0.9,
        centreShift: 0.456,
        name: { en: 'tea & more', zh: '茶' },
      },
      {
        now: undefined,
        before: 0,
        shareBefore: 0.1,
        shareNow: 0,
        keptShare: 0,
        centreShift: null,
        name: { en: 'books', zh: '书' },
      },
    ],
  },
}

test('what became of the groups is told in both languages: who moved, how far, which ended', () => {
  const text = groupHistory(facts, createReading('en', 'UTC', 'EUR')).html
  for (const part of [
    '30 of 200 customers (15%)',
    'another population',
    '0.310',
    '0.46σ',
    'goes on',
    'ended',
    'tea &amp; more',
  ])
    expect(text).toContain(part)
  const chinese = groupHistory(facts, createReading('zh', 'UTC', 'EUR')).html
  for (const part of ['200 位顾客中有 30 位', '占比已属另一人群', '消失', '茶'])
    expect(chinese).toContain(part)
})

test('after a first training there is nothing to tell', () => {
  const { history: _, ...first } = facts
  expect(groupHistory(first, createReading('en', 'UTC', 'EUR')).html).toBe('')
})
