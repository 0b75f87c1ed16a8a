import { expect, test } from 'vitest'
import type { Identity, IdentityStatement } from '../core/identity.ts'
import { openTemporaryGraph } from './testing/temporary-graph.ts'

const user = (id: string): Identity => ({ kind: 'user_id', id })
const device = (id: string): Identity => ({ kind: 'anonymous_id', id })
const address = (id: string): Identity => ({ kind: 'email', id })
const at = (minutes: number) => Date.UTC(2026, 0, 1) + minutes * 60_000

function say(
  kind: IdentityStatement['kind'],
  first: Identity,
  second: Identity,
  minutes: number,
): IdentityStatement {
  return { kind, first, second, atMs: at(minutes), source: 'test' }
}

test('the history of a device is of the person who logs in, before and after', async () => {
  await using opened = openTemporaryGraph()
  const { graph } = opened
  expect(graph.profileOf('', 'd', at(0))).toBe('d')
  await graph.learn([say('together', user('ann'), device('d'), 5)])
  const owners = [0, 5, 99].map((minutes) => graph.profileOf('', 'd', at(minutes)))
  expect(owners).toEqual(['ann', 'ann', 'ann'])
})

test('a device of two people belongs to neither; its events go to whoever logs in next, else to the device', async () => {
  await using opened = openTemporaryGraph()
  const { graph } = opened
  const seen = [say('together', user('ann'), device('d'), 5), say('together', user('bob'), device('d'), 15)]
  await graph.learn(seen)
  expect(graph.find(device('d'))).toBeUndefined()
  const owners = () => [0, 5, 6, 15, 16].map((minutes) => graph.profileOf('', 'd', at(minutes)))
  expect(owners()).toEqual(['ann', 'ann', 'bob', 'bob', 'd'])
  await graph.learn([say('together', user('ann'), device('d'), 30)])
  expect(owners()).toEqual(['ann', 'ann', 'bob', 'bob', 'ann'])
  expect(graph.snapshot().profiles).toEqual({ ann: ['user_id:ann'], bob: ['user_id:bob'] })
})

test('a visit that becomes known late takes its events from the visit after it, and only those are told anew', async () => {
  await using opened = openTemporaryGraph()
  const { graph } = opened
  await graph.learn([
    say('together', user('ann'), device('d'), 5),
    say('together', user('bob'), device('d'), 60),
  ])
  await graph.settle(graph.pending(100))
  await graph.markSquashed(graph.overrides(100))
  await graph.learn([say('together', user('ann'), device('d'), 30)])
  const [override] = graph.pending(100).overrides
  expect(override).toMatchObject({ kind: 'anonymous_id', id: 'd', storedAs: ['bob'] })
  expect(override?.spans).toEqual([[at(5), at(30), 'ann']])
})

test('users of a shared device who prove to be one take the device back', async () => {
  await using opened = openTemporaryGraph()
  const { graph } = opened
  await graph.learn([
    say('together', user('ann'), device('d'), 5),
    say('together', user('anna'), device('d'), 15),
    say('merge', user('ann'), user('anna'), 20),
  ])
  expect(graph.snapshot()).toEqual({
    profiles: { anna: ['anonymous_id:d', 'user_id:ann', 'user_id:anna'] },
    shared: {},
  })
})

test('split again, both are who they were, and stay so whatever earlier statement comes late', async () => {
  await using opened = openTemporaryGraph()
  const { graph } = opened
  await graph.learn([
    say('together', user('ann'), device('d'), 1),
    say('together', user('bob'), address('hash'), 2),
  ])
  const before = graph.snapshot()
  await graph.learn([say('merge', user('ann'), user('bob'), 10)])
  expect(graph.snapshot().profiles).toEqual({
    bob: ['anonymous_id:d', 'email:hash', 'user_id:ann', 'user_id:bob'],
  })
  expect(graph.areLinked(user('ann'), user('bob'))).toBe(true)
  await graph.learn([say('split', user('ann'), user('bob'), 11), say('merge', user('ann'), user('bob'), 9)])
  expect(graph.snapshot()).toEqual(before)
  expect(graph.areLinked(user('ann'), user('bob'))).toBe(false)
  await graph.learn([say('merge', user('ann'), user('bob'), 12)])
  expect(graph.find(device('d'))).toBe('bob')
})

test('a visit that a split undid owns no events, and a visit that becomes known beside it does not reckon with it', async () => {
  await using opened = openTemporaryGraph()
  const { graph } = opened
  await graph.learn([
    say('together', user('ann'), device('d'), 10),
    say('together', user('eve'), device('d'), 20),
    say('together', user('bob'), device('d'), 40),
  ])
  await graph.learn([say('split', user('eve'), device('d'), 50)])
  const owners = () => [15, 25, 35].map((minutes) => graph.profileOf('', 'd', at(minutes)))
  expect(owners()).toEqual(['bob', 'bob', 'bob'])
  await graph.markSquashed(graph.overrides(100))
  await graph.learn([say('together', user('ann'), device('d'), 30)])
  expect(owners()).toEqual(['ann', 'ann', 'bob'])
  const told = graph.pending(100).overrides.find(({ id }) => id === 'd')
  expect(told?.spans).toEqual([[at(10), at(30), 'ann']])
})

test('a profile keeps its five earliest e-mail addresses, whichever was told first', async () => {
  await using opened = openTemporaryGraph()
  const { graph } = opened
  const addresses = [1, 2, 3, 4, 5, 6, 7].map((number) => address(`e${number}`))
  await graph.learn(addresses.map((each, index) => say('together', user('ann'), each, 10 - index)))
  const kept = addresses.map((each) => graph.find(each) === 'ann')
  expect(kept).toEqual([false, false, true, true, true, true, true])
  expect(graph.clusterOf('ann')?.refused.map(({ kind }) => kind)).toEqual(['email', 'email'])
})

test('an address leads two devices to one person', async () => {
  await using opened = openTemporaryGraph()
  const { graph } = opened
  await graph.learn([
    say('together', device('phone'), address('hash'), 1),
    say('together', device('laptop'), address('hash'), 2),
  ])
  expect(graph.profileOf('', 'laptop', at(9))).toBe('phone')
  await graph.learn([say('together', user('ann'), address('hash'), 3)])
  expect(graph.profileOf('', 'laptop', at(9))).toBe('ann')
  expect(graph.clusterOf('ann')?.identities).toHaveLength(4)
})

test('an address that more than a hundred users gave is nobody’s; a blocked one never was', async () => {
  await using opened = openTemporaryGraph({ blocked: [address('till')] })
  const { graph } = opened
  await graph.learn([
    say('together', user('ann'), address('till'), 0),
    say('together', device('d'), address('a'), 0),
  ])
  for (let number = 0; number < 100; number++) {
    await graph.learn([say('together', user(`user ${number}`), address('a'), number)])
  }
  expect(graph.find(device('d'))).toBe('user 0')
  await graph.learn([say('together', user('one more'), address('a'), 100)])
  expect([graph.find(address('a')), graph.find(device('d'))]).toEqual([undefined, 'd'])
  expect(graph.find(address('till'))).toBeUndefined()
})

test('a user named with a thousand devices and one more stands alone', async () => {
  await using opened = openTemporaryGraph()
  const { graph } = opened
  const link = (number: number) => say('together', user('till'), device(`d${number}`), number)
  await graph.learn(Array.from({ length: 1_000 }, (_, number) => link(number)))
  expect(graph.clusterOf('till')?.identities).toHaveLength(6)
  await graph.learn([link(1_000)])
  expect(graph.clusterOf('till')?.identities).toEqual([user('till')])
  expect(graph.find(device('d0'))).toBe('d0')
})

test('the longest ids that calls may carry are kept, in any script and with any sign', async () => {
  await using opened = openTemporaryGraph()
  const { graph } = opened
  const long = '画'.repeat(255)
  const links = [
    device(long),
    { kind: `external:${'x'.repeat(64)}`, id: long } as const,
    device('a "b" \r\u0000 \u{1f600}'),
  ]
  await graph.learn(links.map((other) => say('together', user(long), other, 0)))
  expect(links.map((other) => graph.find(other))).toEqual([long, long, long])
  expect(graph.clusterOf(long)?.identities).toEqual(expect.arrayContaining(links))
  expect(graph.pending(10).identities).toHaveLength(4)
})
