import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import type { FeatureDefinition } from '../features/feature.ts'
import { type KeyValueStore, openKeyValueStore } from '../kv/key-value-store.ts'
import { featureSchema } from './feature-schema.ts'
import { openShopFeatures } from './shop-features.ts'

const folder = mkdtempSync(join(tmpdir(), 'likeness-features-'))
let runs = 0
let store: KeyValueStore
let file: string
beforeEach(() => {
  runs += 1
  store = openKeyValueStore(join(folder, `run-${runs}`))
  file = join(folder, `features-${runs}.ts`)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const described = {
  meaning: { en: 'Views of red things', zh: '红色商品浏览数' },
  unit: 'count',
  purpose: 'personalisation',
} as const
const appViews: FeatureDefinition = {
  ...described,
  name: 'app_views_14d',
  source: 'events',
  reads: { per: 'line', kinds: ['view'], where: [{ field: 'source', is: 'one_of', values: ['app'] }] },
  window: { days: 14 },
  aggregate: { kind: 'count' },
}
const appShare: FeatureDefinition = {
  ...described,
  name: 'app_share',
  unit: 'share',
  source: 'features',
  formula: { kind: 'ratio', of: 'app_views_14d', to: 'view_count' },
}

test('definitions of the file and of the API stand beside those that ship, each after its parts', async () => {
  writeFileSync(file, `export default ${JSON.stringify([appShare, appViews])}`)
  const features = await openShopFeatures(store, file)
  const names = features.all().map(({ name }) => name)
  expect(names.indexOf('app_share')).toBeGreaterThan(names.indexOf('app_views_14d'))
  expect(['view_count', 'app_share', 'nothing'].map(features.originOf)).toEqual([
    'shipped',
    'file',
    undefined,
  ])
  await features.put({ ...appViews, name: 'mine' })
  expect(features.originOf('mine')).toBe('api')
  const again = await openShopFeatures(store, join(folder, 'no-such-file.ts'))
  expect(again.all().at(-1)).toEqual({ ...appViews, name: 'mine' })
  await again.remove('mine')
  expect(again.originOf('mine')).toBeUndefined()
})

test('what cannot be computed is refused with where and why, and nothing is kept of it', async () => {
  const features = await openShopFeatures(store, file)
  const refused: readonly (readonly [Partial<FeatureDefinition>, string])[] = [
    [{ name: 'view_count' }, 'there is a feature of that name'],
    [{ aggregate: { kind: 'sum', of: 'visit_seconds' } } as never, 'carries no such number'],
    [{ aggregate: { kind: 'sum', of: 'clipped_amount' } } as never, 'carries no such number'],
    [{ reads: { per: 'visit' }, aggregate: { kind: 'share', of: 'brand' } } as never, 'orders and visits'],
    [{ aggregate: { kind: 'scale_share', of: 'price_band' } } as never, 'price bands are of purchases'],
    [appShare as never, 'does not exist, or from itself'],
  ]
  for (const [change, text] of refused)
    await expect(features.put({ ...appViews, ...change } as FeatureDefinition)).rejects.toThrow(text)
  const self = { ...appShare, formula: { kind: 'tier', of: 'app_share' } } as const
  await expect(features.put(self)).rejects.toThrow('from itself')
  expect(features.all()).toEqual((await openShopFeatures(store, file)).all())
  expect(features.originOf('app_views_14d')).toBeUndefined()
})

test('a feature that others are derived from stays, as do those that ship', async () => {
  const features = await openShopFeatures(store, file)
  await features.put(appViews)
  await features.put(appShare)
  await expect(features.remove('app_views_14d')).rejects.toThrow('does not exist')
  await expect(features.remove('view_count')).rejects.toThrow('ships with the program')
  await expect(features.remove('nothing')).rejects.toThrow("there is no feature 'nothing'")
  expect(features.originOf('app_views_14d')).toBe('api')
})

test('a file that holds no list of definitions says what is wrong and where', async () => {
  writeFileSync(file, 'export default [{ name: "Bad Name" }]')
  await expect(openShopFeatures(store, file)).rejects.toMatchObject({
    code: 'bad_config',
    where: expect.stringContaining(file),
  })
  writeFileSync(`${file}.broken.ts`, 'export default [')
  await expect(openShopFeatures(store, `${file}.broken.ts`)).rejects.toMatchObject({ code: 'bad_config' })
})

test('every definition that ships could be written as JSON', async () => {
  const { all } = await openShopFeatures(store, file)
  for (const definition of all())
    expect(featureSchema.parse(JSON.parse(JSON.stringify(definition)))).toEqual(definition)
})
