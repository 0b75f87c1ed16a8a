import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { type KeyValueStore, openKeyValueStore, type Table } from './key-value-store.ts'

const root = mkdtempSync(join(tmpdir(), 'likeness-compact-'))
let folderCount = 0
afterAll(() => rmSync(root, { recursive: true, force: true }))

function newFolder(): string {
  folderCount += 1
  return join(root, `store ${folderCount}`)
}

function openTexts(store: KeyValueStore): Table<string> {
  return store.table('texts', { values: 'json', keys: 'ordered' })
}

/** Whether the bytes of a text lie in any file of a folder. */
function isOnDisk(folder: string, text: string): boolean {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .some((entry) => readFileSync(join(entry.parentPath, entry.name)).includes(text))
}

test('nothing is left of what was removed or replaced before, of any length, and the rest is there', async () => {
  await using store = openKeyValueStore(newFolder())
  const [texts, bytes] = [
    openTexts(store),
    store.table<Uint8Array>('bytes', { values: 'binary', keys: 'binary' }),
  ]
  const planted: string[] = []
  const plant = (length: number) => {
    const text = `planted-${planted.length}-${'x'.repeat(length)}`
    planted.push(text.slice(0, 200))
    return text
  }
  for (const length of [10, 500, 1500, 3000, 9000]) {
    for (let round = 0; round < 30; round++) {
      await store.write(() => {
        texts.put(['kept', length, round], `kept ${length} ${round} ${'k'.repeat(length)}`)
        texts.put(['removed', length, round], plant(length))
        texts.put(['replaced', length], plant(length))
        bytes.put(Buffer.from(plant(30)), Buffer.from(plant(length)))
      })
    }
  }
  const kept = [...texts.entries({ start: ['kept'], end: ['kept', 1e9] })]
  await store.write(() => {
    for (const key of [...texts.keys({ start: ['removed'], end: ['removed', 1e9] })]) texts.remove(key)
    for (const key of [...bytes.keys()]) bytes.remove(key)
    for (const length of [10, 500, 1500, 3000, 9000]) texts.put(['replaced', length], 'short')
  })
  // What the search can find, it finds before.
  expect(planted.filter((text) => isOnDisk(store.path, text)).length).toBeGreaterThan(planted.length / 2)
  const { bytesBefore, bytesAfter } = await store.compact()
  expect(planted.filter((text) => isOnDisk(store.path, text))).toEqual([])
  expect(bytesAfter).toBeLessThan(bytesBefore)
  expect([...texts.entries({ start: ['kept'], end: ['kept', 1e9] })]).toEqual(kept)
  expect(kept.length).toBe(150)
  expect([texts.count(), bytes.count()]).toEqual([155, 0])
})

test('what is written after a compaction brings nothing back that lay in memory', async () => {
  await using store = openKeyValueStore(newFolder())
  const texts = openTexts(store)
  const secret = 'planted-in-many-pages '.repeat(80)
  await store.write(() => {
    for (let index = 0; index < 2000; index++) texts.put(['secret', index], secret)
  })
  await store.write(() => {
    for (let index = 0; index < 2000; index++) texts.remove(['secret', index])
  })
  await store.compact()
  for (let round = 0; round < 50; round++) {
    await store.write(() => {
      for (let index = 0; index < 20; index++)
        texts.put(['other', round * 20 + index], 'o'.repeat(round * 60))
    })
  }
  expect(isOnDisk(store.path, 'planted-in-many-pages')).toBe(false)
})

test('whatever is written, read and emptied during compactions is as it would be without them', async () => {
  const operation = fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({ kind: fc.constant('put' as const), key: fc.nat(30), value: fc.nat() }),
    },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('remove' as const), key: fc.nat(30) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('clear' as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('abort' as const), key: fc.nat(30) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('compact' as const) }) },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { maxLength: 80, size: 'max' }), async (operations) => {
      const folder = newFolder()
      const expected = new Map<number, string>()
      const compactions: Promise<unknown>[] = []
      {
        await using store = openKeyValueStore(folder)
        const table = store.table<string>('numbers', { values: 'json', keys: 'number' })
        for (const each of operations) {
          if (each.kind === 'compact') compactions.push(store.compact())
          if (each.kind === 'put') {
            const value = `${each.value} `.repeat(each.key * 50)
            expected.set(each.key, value)
            await store.write(() => table.put(each.key, value))
          }
          if (each.kind === 'remove') {
            expected.delete(each.key)
            await store.transact(() => table.remove(each.key))
          }
          if (each.kind === 'clear') {
            expected.clear()
            await store.clear('numbers')
          }
          if (each.kind === 'abort') {
            const failing = store.transact(() => {
              table.put(each.key, 'never')
              throw new Error('decided against it')
            })
            await expect(failing).rejects.toThrow('decided')
          }
          expect(new Map([...table.entries()].map(({ key, value }) => [key, value]))).toEqual(expected)
        }
        await Promise.all(compactions)
        expect(table.count()).toBe(expected.size)
      }
      await using reopened = openKeyValueStore(folder)
      const table = reopened.table<string>('numbers', { values: 'json', keys: 'number' })
      expect(new Map([...table.entries()].map(({ key, value }) => [key, value]))).toEqual(expected)
    }),
    { numRuns: 12 },
  )
})

test('writes of many at once during compactions are all there, also in tables that are new', async () => {
  await using store = openKeyValueStore(newFolder())
  const counts = store.table<number>('counts', { values: 'json', keys: 'ordered' })
  const numbers = () => store.table<number>('late', { values: 'json', keys: 'number' })
  let isCompacting = true
  const compacting = (async () => {
    for (let round = 0; round < 3; round++) await store.compact()
    isCompacting = false
  })()
  let stepCount = 0
  const step = () => {
    const number = stepCount
    stepCount += 1
    return store.transact(() => {
      counts.put('all', (counts.get('all') ?? 0) + 1)
      numbers().put(number, number)
    })
  }
  while (isCompacting) await Promise.all(Array.from({ length: 20 }, step))
  await compacting
  expect(stepCount).toBeGreaterThan(20)
  expect(counts.get('all')).toBe(stepCount)
  expect([...numbers().keys()]).toEqual(Array.from({ length: stepCount }, (_, number) => number))
})

test('killed at any moment of compactions, no acknowledged write is lost and tables agree', async () => {
  const folder = newFolder()
  const script = fileURLToPath(new URL('./testing/compact-until-killed.ts', import.meta.url))
  let acknowledged = 0
  let compactionCount = 0
  for (let round = 0; round < 9; round++) {
    const child = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
    const atCompaction = 1 + (round % 3)
    let ownCompactions = 0
    for await (const line of createInterface({ input: child.stdout })) {
      if (line === 'compacted') ownCompactions += 1
      else acknowledged = Number(line)
      // A little later each round, so that every part of a compaction is hit.
      if (ownCompactions === atCompaction) setTimeout(() => child.kill('SIGKILL'), round * 2)
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    expect(child.signalCode).toBe('SIGKILL')
    compactionCount += ownCompactions
    await using reopened = openKeyValueStore(folder)
    const counts = reopened.table<number>('counts', { values: 'json', keys: 'ordered' })
    const entries = reopened.table<Uint8Array>('entries', { values: 'binary', keys: 'binary' })
    const count = counts.get('count') ?? 0
    expect(count).toBeGreaterThanOrEqual(acknowledged)
    const found = [...entries.entries()]
    expect(found.map(({ key }) => Number(Buffer.from(key as Uint8Array).toString()))).toEqual(
      Array.from({ length: Math.min(count, 200) }, (_, index) => count - Math.min(count, 200) + 1 + index),
    )
    expect(
      found.every(({ key, value }) =>
        Buffer.from(value).includes(`entry ${Number(Buffer.from(key as Uint8Array))};`),
      ),
    ).toBe(true)
    acknowledged = count
  }
  expect(compactionCount).toBeGreaterThanOrEqual(9)
})

test('what a compaction that was cut off left behind is removed, and what it did not finish is not used', async () => {
  const folder = newFolder()
  {
    await using store = openKeyValueStore(folder)
    await store.write(() => openTexts(store).put('a', 'first'))
    await store.compact()
    await store.write(() => openTexts(store).put('a', 'second'))
  }
  mkdirSync(join(folder, '2'))
  writeFileSync(join(folder, '2', 'data.mdb'), 'half of a copy')
  writeFileSync(join(folder, 'current.new'), '2')
  await using store = openKeyValueStore(folder)
  expect(openTexts(store).get('a')).toBe('second')
  expect(readdirSync(folder).sort()).toEqual(['1', 'current'])
})

test('a folder whose data is missing is told, not taken for an empty one', async () => {
  const folder = newFolder()
  mkdirSync(folder)
  for (const text of ['3\n', 'x', '']) {
    writeFileSync(join(folder, 'current'), text)
    expect(() => openKeyValueStore(folder)).toThrow('which is not there')
  }
  expect(existsSync(join(folder, 'data.mdb'))).toBe(false)
})

test('a compaction that fails leaves everything as it was, and writes go on', async () => {
  const folder = newFolder()
  {
    await using store = openKeyValueStore(folder)
    const texts = openTexts(store)
    await store.write(() => texts.put('a', 'first'))
    // A file in the place of the folder that the new generation needs cannot be made a folder of.
    mkdirSync(join(folder, 'current.new'))
    await expect(store.compact()).rejects.toThrow('current.new')
    await store.write(() => texts.put('b', 'second'))
    expect([...texts.entries()].map(({ value }) => value)).toEqual(['first', 'second'])
    expect(existsSync(join(folder, '1'))).toBe(false)
    rmSync(join(folder, 'current.new'), { recursive: true })
    await store.compact()
    expect(readdirSync(folder).sort()).toEqual(['1', 'current'])
  }
  await using store = openKeyValueStore(folder)
  expect([...openTexts(store).entries()].map(({ value }) => value)).toEqual(['first', 'second'])
})
