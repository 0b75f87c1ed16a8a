import { expect, test } from 'vitest'
import type { Identity, IdentityStatement } from '../core/identity.ts'
import { splitIdentity } from './split-identity.ts'
import { openTemporaryGraph } from './testing/temporary-graph.ts'

const user = (id: string): Identity => ({ kind: 'user_id', id })
const device = (id: string): Identity => ({ kind: 'anonymous_id', id })
const say = (kind: IdentityStatement['kind'], first: Identity, second: Identity, atMs: number) =>
  ({ kind, first, second, atMs, source: 'test' }) as const

test('a wrong alias is taken back: both are who they were, and their devices with them', async () => {
  await using opened = openTemporaryGraph()
  const { graph } = opened
  await graph.learn([
    say('together', user('ann'), device('a'), 1),
    say('together', user('bob'), device('b'), 2),
  ])
  const before = graph.snapshot()
  await graph.learn([say('merge', user('bob'), user('ann'), 3)])
  expect(graph.profileOf('', 'b', 9)).toBe('ann')
  const report = await splitIdentity(graph, 'ann', user('bob'), 4)
  expect(report).toMatchObject({ profileId: 'bob', restProfileId: 'ann' })
  expect(graph.snapshot()).toEqual(before)
  expect(graph.profileOf('', 'b', 9)).toBe('bob')
})

test('a device is taken from a person; it is the person’s again when they log in on it later', async () => {
  await using opened = openTemporaryGraph()
  const { graph } = opened
  await graph.learn([
    say('together', user('ann'), device('a'), 1),
    say('together', user('ann'), device('b'), 2),
  ])
  const report = await splitIdentity(graph, 'ann', device('b'), 5)
  expect(report).toMatchObject({ profileId: 'b', identities: [device('b')], restProfileId: 'ann' })
  expect(graph.profileOf('', 'b', 9)).toBe('b')
  await graph.learn([say('together', user('ann'), device('b'), 6)])
  expect(graph.profileOf('', 'b', 9)).toBe('ann')
})

test('an id that is not in the profile, or alone in it, cannot be split', async () => {
  await using opened = openTemporaryGraph()
  const { graph } = opened
  await graph.learn([
    say('together', user('ann'), device('a'), 1),
    say('together', user('bob'), user('bob'), 1),
  ])
  expect(await splitIdentity(graph, 'ann', user('bob'), 2)).toBeUndefined()
  expect(await splitIdentity(graph, 'bob', user('bob'), 2)).toBeUndefined()
  expect(await splitIdentity(graph, 'nobody', user('nobody'), 2)).toBeUndefined()
})
