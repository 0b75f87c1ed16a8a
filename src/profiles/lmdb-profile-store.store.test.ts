import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type KeyValueStore, openKeyValueStore } from '../kv/key-value-store.ts'
import { createLmdbProfileStore } from './lmdb-profile-store.ts'
import type { ProfileRecord } from './profile-record.ts'
import { testProfileStore } from './profile-store.contract.ts'

const folder = mkdtempSync(join(tmpdir(), 'likeness-profiles-'))
let store: KeyValueStore
beforeAll(() => {
  store = openKeyValueStore(folder)
})
afterAll(async () => {
  await store[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

testProfileStore('the profile store in LMDB', async () => {
  await store.clear('profiles')
  return { profiles: createLmdbProfileStore(store), write: (work) => store.write(work) }
})

test('a staged change is made with the rest of the write that commits it, or not at all', async () => {
  const profiles = createLmdbProfileStore(store)
  const other = store.table<number>('journal position', { values: 'json', keys: 'ordered' })
  const before = await profiles.count()
  const record: ProfileRecord = {
    formatVersion: 1,
    profileId: 'ann',
    version: 1,
    position: { journalId: 'journal', sequence: 7 },
    state: 1,
    traits: [],
    consents: [],
    updatedAtMs: 0,
  }
  const { commit } = await profiles.stage({ put: [record], remove: [] })
  const failing = store.write(() => {
    other.put('sequence', 7)
    commit()
    throw new Error('the batch cannot be folded')
  })
  await expect(failing).rejects.toThrow('cannot be folded')
  expect([await profiles.count(), other.get('sequence')]).toEqual([before, undefined])
  await store.write(() => {
    other.put('sequence', 7)
    commit()
  })
  expect([await profiles.load('ann'), other.get('sequence')]).toEqual([record, 7])
})

test('what cannot be read is as if nothing were kept, until it is replaced', async () => {
  const profiles = createLmdbProfileStore(store)
  const table = store.table<Uint8Array>('profiles', { values: 'binary', keys: 'binary' })
  await store.write(() => table.put(Buffer.from('cut off'), Buffer.of(1, 0x98, 0xa3)))
  expect(await profiles.load('cut off')).toBeUndefined()
  expect(await profiles.exportOf('cut off')).toBeUndefined()
  expect(await profiles.erase(['cut off'])).toBe(1)
})
