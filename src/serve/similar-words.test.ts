import { expect, test } from 'vitest'
import { similarWords } from './similar-words.ts'

test('the word that was meant comes first', () => {
  const known = ['order_count', 'spend', 'spend_90d', 'view_count', 'recency_days']
  expect(similarWords('spendd', known, 2)).toEqual(['spend', 'spend_90d'])
  expect(similarWords('ordercount', known, 1)).toEqual(['order_count'])
  expect(similarWords('城市', ['国家', '城市名'], 1)).toEqual(['城市名'])
  expect(similarWords('x', [], 3)).toEqual([])
})
