import { expect, test } from 'vitest'
import type { EventLine } from '../core/event.ts'
import { featureDefinitions } from '../features/definitions.ts'
import { createLivePlan, unpackState } from '../features/live-state.ts'
import { createProfileFold, type FoldProfilesOptions, type ProfileBatch } from './fold-profiles.ts'
import { createMemoryProfileStore } from './memory-profile-store.ts'
import { actAsRemote } from './testing/remote-profile-store.ts'

const atMs = Date.UTC(2026, 4, 1)
const plan = createLivePlan(featureDefinitions, 'UTC')

function buildBatch(sequence: number, profileId = 'ann'): ProfileBatch {
  const line: EventLine = {
    ...{ eventId: `event ${sequence}`, lineIndex: 0, profileId, userId: profileId, anonymousId: '' },
    ...{
      atMs: atMs + sequence,
      receivedAtMs: atMs + sequence,
      kind: 'view',
      name: 'Product Viewed',
      source: 'web',
    },
    ...{ sessionId: '', orderId: '', itemId: 'tea', lineType: 'product', quantity: 0, price: 0, amount: 0 },
    ...{ currency: '', country: '', query: '', listId: '', position: 0, dwellMs: 0, rating: 0, text: '' },
    ...{ coupon: '', marks: [], properties: '' },
  }
  return {
    lines: [{ profileId, line }],
    textVersion: undefined,
    traits: [],
    newProfileIds: new Set([profileId]),
    movedProfileIds: new Set(),
    position: { journalId: 'journal', sequence },
  }
}

/** A fold that keeps records in a store beside the journal; it needs no database while nobody changes hands. */
function createFold() {
  const profiles = actAsRemote(createMemoryProfileStore())
  const options = {
    profiles,
    lenses: { current: async () => ({ plan, fitted: {} }) },
    clock: { saw: () => undefined },
    identitiesOf: () => [],
    now: () => new Date(atMs + 3_600_000),
    onChanged: () => undefined,
  } as unknown as FoldProfilesOptions
  return { profiles, fold: createProfileFold(options) }
}

test('a batch that is folded again, as its commit was cut off, is in the record once', async () => {
  const { profiles, fold } = createFold()
  const lineCount = async () => unpackState(plan, (await profiles.load('ann'))?.state ?? [])?.lineCount
  await fold.prepare(buildBatch(1))
  expect([await lineCount(), (await profiles.load('ann'))?.version]).toEqual([1, 1])
  const { commit } = await fold.prepare(buildBatch(1))
  commit()
  expect([await lineCount(), (await profiles.load('ann'))?.version]).toEqual([1, 1])
  await fold.prepare(buildBatch(2))
  await fold.prepare(buildBatch(1))
  expect([await lineCount(), (await profiles.load('ann'))?.position.sequence]).toEqual([2, 2])
})

test('the numbers of another journal tell nothing of what a record holds', async () => {
  const { profiles, fold } = createFold()
  await fold.prepare(buildBatch(9))
  const later = buildBatch(1)
  await fold.prepare({ ...later, position: { journalId: 'made anew', sequence: 1 } })
  expect((await profiles.load('ann'))?.position).toEqual({ journalId: 'made anew', sequence: 1 })
  expect((await profiles.load('ann'))?.version).toBe(2)
})
