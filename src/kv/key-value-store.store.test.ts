import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type KeyValueStore, openKeyValueStore, type Table } from './key-value-store.ts'

const folder = mkdtempSync(join(tmpdir(), 'likeness-kv-'))
let store: KeyValueStore
let tableCount = 0
beforeAll(() => {
  store = openKeyValueStore(join(folder, 'store'))
})
afterAll(async () => {
  await store[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

function newTable<Value>(): Table<Value> {
  tableCount += 1
  return store.table(`table ${tableCount}`, { values: 'json', keys: 'ordered' })
}

const keysOf = (table: Table<unknown>, range?: Parameters<Table<unknown>['entries']>[0]) =>
  [...table.entries(range)].map(({ key }) => key)

test('keys of several parts lie in the order of their parts, and a range is read from either end', async () => {
  const table = newTable<number>()
  const keys = [
    ['a', -5],
    ['a', 2],
    ['a', 10],
    ['a', 10, 'x'],
    ['a\u{1f600}', 1],
    ['b'],
    ['b', 'y'],
    ['字', 0],
  ]
  await store.write(() => {
    for (const key of keys.toReversed()) table.put(key, key.length)
  })
  expect(keysOf(table)).toEqual(keys.map((key) => (key.length === 1 ? key[0] : key)))
  expect(keysOf(table, { start: ['a', 2], end: ['a', 10, 'x'] })).toEqual([
    ['a', 2],
    ['a', 10],
  ])
  expect(keysOf(table, { start: ['a', 10], end: ['a', -5], reverse: true })).toEqual([
    ['a', 10],
    ['a', 2],
  ])
  expect(keysOf(table, { limit: 1 })).toEqual([['a', -5]])
  expect(table.count()).toBe(keys.length)
})

test('values come back as they were put, bytes as bytes', async () => {
  const value = { text: '画像', list: [1, null, -0.5], nested: { yes: true }, big: 2 ** 52 }
  const table = newTable<typeof value>()
  const bytes = store.table<Uint8Array>('bytes', { values: 'binary', keys: 'binary' })
  const key = Uint8Array.of(0, 255, 7)
  await store.write(() => {
    table.put('key', value)
    bytes.put(key, Uint8Array.of(9, 0, 9))
  })
  expect(table.get('key')).toEqual(value)
  expect([...(bytes.get(key) ?? [])]).toEqual([9, 0, 9])
  expect([bytes.has(key), bytes.has(Uint8Array.of(1)), table.get('none')]).toEqual([true, false, undefined])
})

test('a transaction sees what it wrote, by key, in ranges and after removals; others see it once it resolved', async () => {
  const table = newTable<number>()
  await store.write(() => table.put('a', 1))
  const seen = await store.transact(() => {
    table.put('b', 2)
    table.put('a', 3)
    const between = [table.get('a'), table.has('b'), keysOf(table)]
    table.remove('a')
    return [...between, table.get('a'), keysOf(table)]
  })
  expect(seen).toEqual([3, true, ['a', 'b'], undefined, ['b']])
  expect(keysOf(table)).toEqual(['b'])
})

test('of a transaction that throws nothing stays, and those beside it in the same commit do', async () => {
  const [table, other] = [newTable<number>(), newTable<number>()]
  const failing = store.transact(() => {
    table.put('a', 1)
    other.put('a', 1)
    throw new Error('decided against it')
  })
  const beside = [
    store.transact(() => table.put('b', 2)),
    store.write(() => other.put('c', 3)),
    store.transact(() => table.put('d', (table.get('b') ?? 0) + 2)),
  ]
  await expect(failing).rejects.toThrow('decided against it')
  await Promise.all(beside)
  expect([...table.entries()]).toEqual([
    { key: 'b', value: 2 },
    { key: 'd', value: 4 },
  ])
  expect(keysOf(other)).toEqual(['c'])
})

test('of a write whose work throws nothing stays', async () => {
  const table = newTable<number>()
  const failing = store.write(() => {
    table.put('a', 1)
    throw new Error('no more')
  })
  await expect(failing).rejects.toThrow('no more')
  await store.write(() => table.put('b', 2))
  expect(keysOf(table)).toEqual(['b'])
})

test('transactions that count up together lose no step', async () => {
  const table = newTable<number>()
  const step = () => store.transact(() => table.put('count', (table.get('count') ?? 0) + 1))
  await Promise.all(Array.from({ length: 200 }, step))
  expect(table.get('count')).toBe(200)
})

test('clearing empties one table only', async () => {
  const [table, other] = [
    store.table<number>('to clear', { values: 'json', keys: 'number' }),
    newTable<number>(),
  ]
  await store.write(() => {
    table.put(1, 1)
    other.put('a', 1)
  })
  await store.clear('to clear')
  expect([table.count(), other.count()]).toEqual([0, 1])
})

test('what was acknowledged is there after the process is killed, and tables agree', async () => {
  const path = join(folder, 'killed')
  const script = fileURLToPath(new URL('./testing/count-until-killed.ts', import.meta.url))
  let acknowledged = -1
  for (let round = 0; round < 3; round++) {
    const child = spawn(process.execPath, [script, path], { stdio: ['ignore', 'pipe', 'inherit'] })
    const enough = acknowledged + 100
    for await (const line of createInterface({ input: child.stdout })) {
      acknowledged = Number(line)
      if (acknowledged === enough) child.kill('SIGKILL')
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    expect(child.signalCode).toBe('SIGKILL')
    await using reopened = openKeyValueStore(path)
    const entries = reopened.table<string>('entries', { values: 'json', keys: 'number' })
    const counts = reopened.table<number>('counts', { values: 'json', keys: 'ordered' })
    expect(entries.count()).toBeGreaterThan(acknowledged)
    expect(counts.get('count')).toBe(entries.count())
    const numbers = [...entries.entries()]
    expect(numbers.every(({ key, value }, index) => key === index && value === `entry ${index}`)).toBe(true)
  }
})
