import { expect, test } from 'vitest'
import { nameInterest } from './train-interest-groups.ts'

test('an interest is called by its topic, its category as the catalogue names it in Chinese, or its price band', () => {
  const topics = [{ tag: 't1', name: { en: 'tea cups', zh: '茶杯' }, itemCount: 2 }]
  const categories = new Map([['Kitchen', { en: 'Kitchen', zh: '厨房' }]])
  expect(nameInterest('bought_topic/t1', topics, categories).zh).toBe('茶杯')
  expect(nameInterest('bought_category/Kitchen', topics, categories)).toEqual({ en: 'Kitchen', zh: '厨房' })
  expect(nameInterest('bought_category/Garden', topics, categories)).toEqual({ en: 'Garden', zh: 'Garden' })
  expect(nameInterest('price_band/2', topics, categories).zh).toBe('价格带 2/5')
})
