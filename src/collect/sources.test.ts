import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openKeyValueStore } from '../kv/key-value-store.ts'
import { openSources } from './sources.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'likeness-sources-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

let drawn = 0
async function open() {
  const store = openKeyValueStore(folder)
  const sources = await openSources({
    store,
    now: () => new Date('2026-11-24T09:00:00Z'),
    drawSecret: () => `secret${drawn++}`,
  })
  return { sources, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() }
}

test('at the first start there is a key for browsers and one for servers, told apart by how they begin', async () => {
  await using opened = await open()
  expect(opened.sources.list()).toMatchObject([
    { name: 'server', kind: 'server', writeKey: expect.stringMatching(/^sk_/) },
    { name: 'web', kind: 'browser', writeKey: expect.stringMatching(/^wk_/) },
  ])
})

test('keys outlive a restart; a removed one is unknown at once and stays so', async () => {
  const firstKeys = await (async () => {
    await using opened = await open()
    const app = await opened.sources.add('android', 'browser')
    expect(opened.sources.find(app.writeKey)).toEqual(app)
    const removed = await opened.sources.remove('web')
    expect(opened.sources.find(removed.writeKey)).toBeUndefined()
    return opened.sources.list()
  })()
  await using opened = await open()
  expect(opened.sources.list()).toEqual(firstKeys)
  expect(firstKeys.map(({ name }) => name)).toEqual(['android', 'server'])
})

test('a name is taken once, even by two at a time, and has to be one', async () => {
  await using opened = await open()
  const both = await Promise.allSettled([
    opened.sources.add('pos', 'server'),
    opened.sources.add('pos', 'browser'),
  ])
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  for (const name of ['', ' ', 'a b', '../x', 'x'.repeat(41), '-x']) {
    await expect(opened.sources.add(name, 'server')).rejects.toMatchObject({ code: 'bad_usage' })
  }
  await expect(opened.sources.remove('nobody')).rejects.toMatchObject({
    code: 'not_found',
    expected: expect.stringContaining('web'),
  })
})
