import { expect, test } from 'vitest'
import { createRandom } from '../math/random.ts'
import { groupByRule, ruleGroups } from './group-by-rule.ts'
import type { Training } from './training.ts'

test('customers are put apart at the middle of recency, frequency and spend, into groups that have names', async () => {
  const features = {
    featureNames: ['recency_days', 'order_count', 'spend_clipped'],
    rowIds: ['ann', 'bob', 'eve'],
    // Middles: 50 days, 2 orders, a spend of 400; who is in the middle is not above it. Few days are good.
    values: Float64Array.from([5, 9, 400, 50, 2, 30, 200, 1, 500]),
  }
  const rows = { featuresAt: async () => ({ cutMs: 0, features, texts: {} }) }
  const training = { rows, asOfMs: 0, random: createRandom(1) } as unknown as Training
  const scores = await groupByRule(training, 'v')
  const nameOf = (id: string) => {
    const label = scores.find(({ profileId }) => profileId === id)?.label
    return ruleGroups.find((each) => each.label === label)?.name.en
  }
  expect(nameOf('ann')).toBe('bought of late, often, low spend')
  expect(nameOf('bob')).toBe('bought long ago, seldom, low spend')
  expect(nameOf('eve')).toBe('bought long ago, seldom, high spend')
})
