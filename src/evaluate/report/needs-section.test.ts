import { expect, test } from 'vitest'
import type { NeedFacts } from '../report-data.ts'
import { needsSection } from './needs-section.ts'
import { createReading } from './reading.ts'

const facts: NeedFacts = {
  horizonDays: 90,
  groups: [{ name: { en: 'Phones & co', zh: '手机' }, units: 120.4, buyerCount: 80 }],
  items: [],
  parts: [
    {
      name: { en: 'Phones & co', zh: '手机' },
      shopperCount: 300,
      meanUnits: 0.4,
      meanExpected: 0.5,
      gain: { value: -0.25, low: -0.5, high: -0.1 },
      kind: 'worse',
    },
  ],
  heldItemShare: 0.08,
  heldGroupShare: 0.5,
  dayError: 20.5,
  middleError: 23,
}

test('what will be needed is told with what it leaves out, and a category that is told worse is said to be', () => {
  const [english = '', chinese = ''] = (['en', 'zh'] as const).map(
    (language) => needsSection(facts, createReading(language, 'UTC', '')).html,
  )
  expect(english).toContain('Phones &amp; co')
  expect(english).toMatch(/held 50% of the categories and 8% of the items/)
  expect(english).toMatch(/-25%.*-50% … -10%.*worse/s)
  expect(english).toMatch(/within 20\.5 days/)
  expect(chinese).toContain('手机')
  expect(chinese).toMatch(/更差/)
  expect(chinese).not.toMatch(/worse|buyers/)
})
