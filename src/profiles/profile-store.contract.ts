import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import type { PackedState } from '../features/live-state.ts'
import type { ProfileRecord } from './profile-record.ts'
import type { ProfileStore } from './profile-store.ts'
import { plainData } from './testing/plain-data.ts'

/** An empty store, and how its caller's commits are made. */
export type StoreUnderTest = {
  readonly profiles: ProfileStore
  /** Runs the commits of staged changes, as the fold does. */
  write(work: () => void): Promise<void>
}

/** What every adapter of the ProfileStore port promises; none may skip a case. */
export function testProfileStore(name: string, create: () => Promise<StoreUnderTest>): void {
  describe(name, () => {
    let profiles: ProfileStore
    let write: StoreUnderTest['write']
    beforeEach(async () => {
      ;({ profiles, write } = await create())
    })
    const allIds = () => profiles.list({ limit: 1000 })

    test('a record comes back as it was saved, and replaces the one before it', async () => {
      const first = buildRecord('ann', 1)
      const second = { ...buildRecord('ann', ['tea']), version: 2, traits: [] }
      await profiles.save([first])
      expect(await profiles.load('ann')).toEqual(first)
      await profiles.save([second])
      expect(await profiles.load('ann')).toEqual(second)
      expect(await profiles.count()).toBe(1)
    })

    test('any plain data is a state', async () => {
      await fc.assert(
        fc.asyncProperty(plainData, async (state) => {
          await profiles.save([buildRecord('ann', state)])
          expect((await profiles.load('ann'))?.state).toEqual(state)
        }),
      )
    })

    test('a record that was given or taken can be changed by its holder alone', async () => {
      const state = [1, 2]
      await profiles.save([buildRecord('ann', state)])
      state.push(3)
      const loaded = (await profiles.load('ann'))?.state as number[]
      loaded.push(4)
      expect((await profiles.load('ann'))?.state).toEqual([1, 2])
    })

    test('many are loaded at once, in the order asked for, unknown ones as undefined', async () => {
      await profiles.save([buildRecord('ann', 1), buildRecord('bob', 2)])
      const found = await profiles.loadMany(['bob', 'nobody', '', 'ann', 'bob'])
      expect(found.map((record) => record?.state)).toEqual([2, undefined, undefined, 1, 2])
      expect(await profiles.loadMany([])).toEqual([])
    })

    test('of a staged change all is there once it was committed and written, what it removes is not', async () => {
      await profiles.save([buildRecord('ann', 1), buildRecord('bob', 1)])
      const change = { put: [buildRecord('ann', 2), buildRecord('cy', 2)], remove: ['bob', 'nobody'] }
      const { commit } = await profiles.stage(change)
      await write(commit)
      const found = await profiles.loadMany(['ann', 'bob', 'cy'])
      expect(found.map((record) => record?.state)).toEqual([2, undefined, 2])
    })

    test('a change that is made again changes nothing more', async () => {
      await profiles.save([buildRecord('bob', 1)])
      const change = { put: [buildRecord('ann', 2)], remove: ['bob'] }
      for (let round = 0; round < 2; round++) await write((await profiles.stage(change)).commit)
      expect(await allIds()).toEqual(['ann'])
      expect(await profiles.load('ann')).toEqual(buildRecord('ann', 2))
    })

    test('changes of several stages are written together', async () => {
      const stages = await Promise.all(
        ['ann', 'bob'].map((id) => profiles.stage({ put: [buildRecord(id, id)], remove: [] })),
      )
      await write(() => {
        for (const { commit } of stages) commit()
      })
      expect(await allIds()).toEqual(['ann', 'bob'])
    })

    test('a change needs ids, each on one side', async () => {
      await expect(profiles.save([buildRecord('', 1)])).rejects.toThrow('needs an id')
      const both = { put: [buildRecord('ann', 1)], remove: ['ann'] }
      await expect(profiles.stage(both)).rejects.toThrow('both puts and removes')
      expect(await profiles.count()).toBe(0)
    })

    test('ids are listed in pages, in the order of their bytes', async () => {
      const ids = ['Z', 'a', 'a\0', 'a b', 'aa', 'b'.repeat(255), 'é', '画', '\uff0c', '\u{1f600}']
      await profiles.save(ids.toReversed().map((id) => buildRecord(id, 0)))
      expect(await allIds()).toEqual(ids)
      const paged: string[] = []
      for (let after: string | undefined; ; after = paged.at(-1)) {
        const page = await profiles.list({ ...(after === undefined ? {} : { after }), limit: 3 })
        paged.push(...page)
        if (page.length < 3) break
      }
      expect(paged).toEqual(ids)
      expect(await profiles.list({ after: 'aaa', limit: 1 })).toEqual(['b'.repeat(255)])
      expect(await profiles.count()).toBe(ids.length)
    })

    test('removed ids are gone, and removing what is not there is no failure', async () => {
      await profiles.save([buildRecord('ann', 1), buildRecord('bob', 1)])
      await profiles.remove(['ann', 'nobody', ''])
      expect(await allIds()).toEqual(['bob'])
    })

    test('erasing all ids of a person leaves the others and tells how many records went', async () => {
      await profiles.save(['ann', 'anns phone', 'bob'].map((id) => buildRecord(id, 1)))
      expect(await profiles.erase(['ann', 'anns phone', 'ann', 'nobody'])).toBe(2)
      expect(await profiles.erase(['ann', ''])).toBe(0)
      expect(await profiles.erase([])).toBe(0)
      expect(await profiles.load('ann')).toBeUndefined()
      expect(await profiles.exportOf('ann')).toBeUndefined()
      expect(await allIds()).toEqual(['bob'])
    })

    test('an export is JSON of all that is kept, without what was taken back', async () => {
      await profiles.save([buildRecord('ann', [1, Number.NaN, ['茶']])])
      const exported = await profiles.exportOf('ann')
      expect(JSON.parse(JSON.stringify(exported))).toEqual(exported)
      expect(exported).toEqual({
        profileId: 'ann',
        formatVersion: 1,
        version: 1,
        updatedAt: '2026-03-01T00:00:00.000Z',
        position: { journalId: 'journal', sequence: 41 },
        traits: [
          {
            name: 'city',
            value: '上海',
            source: 'web',
            purpose: 'service',
            isOfUser: true,
            id: 'ann',
            at: '2026-02-01T00:00:00.000Z',
          },
        ],
        consents: [{ category: 'Advertising', isGranted: false, at: '2026-02-01T00:00:00.000Z' }],
        state: [1, null, ['茶']],
      })
    })
  })
}

function buildRecord(profileId: string, state: PackedState): ProfileRecord {
  const atMs = Date.UTC(2026, 1, 1)
  const said = { source: 'web', purpose: 'service', atMs, isOfUser: true, id: profileId }
  return {
    formatVersion: 1,
    profileId,
    version: 1,
    position: { journalId: 'journal', sequence: 41 },
    state,
    traits: [
      { name: 'city', value: '上海', ...said },
      { name: 'tier', value: '', ...said },
    ],
    consents: [{ category: 'Advertising', isGranted: false, atMs }],
    updatedAtMs: Date.UTC(2026, 2, 1),
  }
}
