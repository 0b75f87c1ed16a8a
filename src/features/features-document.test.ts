import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { featureDefinitions } from './definitions.ts'
import { describeColumn, listFeatures } from './describe-features.ts'
import { featuresDocument } from './features-document.ts'

test('docs/features.md tells of every feature what the definitions say', async () => {
  const path = join(import.meta.dirname, '..', '..', 'docs', 'features.md')
  expect(await readFile(path, 'utf8')).toBe(featuresDocument())
})

test('every name is used once, and every text exists in both languages', () => {
  const names = featureDefinitions.map((each) => each.name)
  expect(new Set(names).size).toBe(names.length)
  for (const { meaning } of featureDefinitions) {
    expect(meaning.en).not.toMatch(/\p{Script=Han}/u)
    expect(meaning.zh).toMatch(/\p{Script=Han}/u)
  }
})

test('a derived feature reads what its parts read', () => {
  const trend = listFeatures().find((each) => each.name === 'spend_trend')
  expect(trend?.derivedFrom).toEqual(['spend_clipped_90d', 'spend_clipped_90d_before'])
  expect(trend?.reads).toEqual([{ per: 'line', kinds: ['purchase'], lineTypes: ['product'] }])
  expect(trend?.windows).toEqual([{ days: 90 }, { days: 90, untilDaysAgo: 90 }])
})

test('a column of a share is described with its key, in both languages', () => {
  expect(describeColumn('order_weekday/monday').meaning).toEqual({
    en: 'Share of orders by weekday: Monday',
    zh: '各星期的订单占比：星期一',
  })
  expect(describeColumn('recency_days').unit.en).toBe('days')
  expect(describeColumn('bought_category/Kitchen/Dining').meaning.en).toMatch(/: Kitchen\/Dining$/)
  const categories = new Map([['Kitchen', { en: 'Kitchen', zh: '厨房' }]])
  expect(describeColumn('bought_category/Kitchen', undefined, categories).meaning.zh).toMatch(/：厨房$/)
  expect(describeColumn('bought_brand/Kitchen', undefined, categories).meaning.zh).toMatch(/：Kitchen$/)
  expect(describeColumn('unknown').meaning.en).toBe('unknown')
})
