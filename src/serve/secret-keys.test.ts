import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openKeyValueStore } from '../kv/key-value-store.ts'
import { openSecretKeys } from './secret-keys.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'likeness-keys-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

let drawn = 0
function open() {
  const store = openKeyValueStore(folder)
  const drawSecret = () => `drawn-for-this-key-${drawn++}`
  const keys = openSecretKeys({ store, now: () => new Date('2026-11-24T09:00:00Z'), drawSecret })
  return { keys, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() }
}

test('a key is told once, known by what it is after a restart, and kept nowhere', async () => {
  const added = await (async () => {
    await using opened = open()
    return opened.keys.add('crm', ['features:read', 'profiles:read'])
  })()
  expect(added.key).toMatch(/^ak_drawn/)
  await using opened = open()
  const [listed] = opened.keys.list()
  expect(listed).toEqual({
    name: 'crm',
    scopes: ['profiles:read', 'features:read'],
    hint: 'ak_draw…',
    createdAt: '2026-11-24T09:00:00.000Z',
  })
  expect(opened.keys.find(added.key)).toEqual(listed)
  for (const wrong of ['', 'ak_', `${added.key}x`, added.key.slice(0, -1), 'crm']) {
    expect(opened.keys.find(wrong)).toBeUndefined()
  }
  for (const file of readdirSync(folder)) {
    expect(readFileSync(join(folder, file)).includes(added.key.slice(3))).toBe(false)
  }
})

test('a removed key opens nothing from then on, and its name is free again', async () => {
  await using opened = open()
  const first = await opened.keys.add('crm', ['profiles:read'])
  expect(await opened.keys.remove('crm')).toMatchObject({ name: 'crm' })
  expect(opened.keys.find(first.key)).toBeUndefined()
  const second = await opened.keys.add('crm', ['profiles:read'])
  expect(second.key).not.toBe(first.key)
  await expect(opened.keys.remove('nobody')).rejects.toMatchObject({ code: 'not_found', expected: 'crm' })
})

test('a name is taken once, even by two at a time, and has to be one', async () => {
  await using opened = open()
  const both = await Promise.allSettled([
    opened.keys.add('crm', ['profiles:read']),
    opened.keys.add('crm', ['events:read']),
  ])
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  for (const name of ['', ' ', 'a b', '../x', 'x'.repeat(41), '-x']) {
    await expect(opened.keys.add(name, ['profiles:read'])).rejects.toMatchObject({ code: 'bad_usage' })
  }
})

test('scopes are of a closed list, and at least one', async () => {
  await using opened = open()
  for (const scopes of [[], ['profiles'], ['profiles:read', 'all'], ['__proto__'], ['toString']]) {
    await expect(opened.keys.add('crm', scopes)).rejects.toMatchObject({
      code: 'bad_usage',
      expected: expect.stringContaining('profiles:read, profiles:write, features:read'),
      wayOut: { zh: expect.stringContaining('--scope') },
    })
  }
  expect(opened.keys.list()).toEqual([])
})
