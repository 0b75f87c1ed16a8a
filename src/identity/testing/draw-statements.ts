import fc from 'fast-check'
import type { Identity, IdentityStatement } from '../../core/identity.ts'

const userId = fc.constantFrom('u1', 'u2', 'u3', 'u4')
const browserId = fc.constantFrom('a1', 'a2', 'a3', 'u1')

const user = userId.map((id): Identity => ({ kind: 'user_id', id }))
const browser = browserId.map((id): Identity => ({ kind: 'anonymous_id', id }))
const other = fc.constantFrom<Identity>(
  { kind: 'email', id: 'e1' },
  { kind: 'email', id: 'e2' },
  { kind: 'phone', id: 'p1' },
  { kind: 'device_id', id: 'd1' },
  { kind: 'external:wechat', id: 'w1' },
)

/** Rows of events of the same people and devices; most name no user. */
export const eventOf = (time: fc.Arbitrary<number>) =>
  fc.record({
    userId: fc.oneof({ arbitrary: fc.constant(''), weight: 3 }, { arbitrary: userId, weight: 1 }),
    anonymousId: browserId,
    atMs: time,
  })

/** Few moments, some of one minute, so that ties and minutes with several sightings are common. */
export const moment = fc.oneof(
  fc.integer({ min: 0, max: 12 }).map((step) => Date.UTC(2026, 0, 1) + step * 20_000),
  fc.integer({ min: 0, max: 6 }).map((step) => Date.UTC(2026, 0, 1) + step * 3_600_000),
)

function state(
  kind: IdentityStatement['kind'],
  first: fc.Arbitrary<Identity>,
  second: fc.Arbitrary<Identity>,
): fc.Arbitrary<IdentityStatement> {
  return fc
    .record({ first, second, atMs: moment })
    .map((said) => ({ kind, ...said, source: 'test' }))
    .filter((said) => said.first.kind !== said.second.kind || said.first.id !== said.second.id)
}

const anyId = fc.oneof(user, browser, other)

/** What calls say of few people, devices and contacts, so that they collide; one id named alone among them. */
export const statement: fc.Arbitrary<IdentityStatement> = fc.oneof(
  { arbitrary: state('together', browser, user), weight: 6 },
  { arbitrary: state('together', user, other), weight: 3 },
  { arbitrary: state('together', browser, other), weight: 2 },
  { arbitrary: state('merge', fc.oneof(user, browser), user), weight: 2 },
  { arbitrary: state('split', anyId, anyId), weight: 2 },
  { arbitrary: state('together', anyId, anyId), weight: 1 },
  { arbitrary: state('merge', anyId, anyId), weight: 1 },
  {
    arbitrary: fc
      .record({ id: fc.oneof(user, browser), atMs: moment })
      .map(({ id, atMs }) => ({ kind: 'together', first: id, second: id, atMs, source: 'test' }) as const),
    weight: 1,
  },
)
