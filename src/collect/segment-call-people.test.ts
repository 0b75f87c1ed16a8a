import { describe, expect, test } from 'vitest'
import { accept, envelope, live, receivedAtMs, refuse, soleLine } from './testing/read-calls.ts'

describe('identify, group and alias', () => {
  test('traits are flat, e-mail and telephone are identities as well', () => {
    const traits = {
      email: ' Ann@Example.COM ',
      phone: '+44 (20) 7946-0000',
      age: 31,
      address: { city: 'Leeds', country: 'GB' },
      interests: ['tea'],
      newsletter: null,
    }
    const parsed = accept({ ...envelope, type: 'identify', traits })
    expect(parsed.lines).toEqual([])
    expect(parsed.traits.map(({ name, value }) => [name, value])).toEqual([
      ['email', 'Ann@Example.COM'],
      ['phone', '+44 (20) 7946-0000'],
      ['age', '31'],
      ['address.city', 'Leeds'],
      ['address.country', 'GB'],
      ['interests', '["tea"]'],
      ['newsletter', ''],
    ])
    expect(parsed.links.map(({ first, second }) => [first.id, second.kind, second.id])).toEqual([
      ['u-7', 'anonymous_id', 'device-3'],
      ['u-7', 'email', 'ann@example.com'],
      ['u-7', 'phone', '+442079460000'],
    ])
  })

  test('what is no e-mail and no telephone number stays a trait only', () => {
    const traits = { email: 'none', phone: 'call me' }
    const parsed = accept({ ...envelope, anonymousId: null, type: 'identify', traits })
    expect(parsed.traits).toHaveLength(2)
    expect(parsed.links.map(({ first, second }) => [first, second])).toEqual([
      [
        { kind: 'user_id', id: 'u-7' },
        { kind: 'user_id', id: 'u-7' },
      ],
    ])
  })

  test('the group of a person is a trait', () => {
    const group = {
      ...envelope,
      type: 'group',
      groupId: 'g-1',
      traits: { name: 'Fell Ltd', plan: { level: 2 } },
    }
    expect(accept(group).traits.map(({ name, value }) => `${name}=${value}`)).toEqual([
      ...['group_id=g-1', 'group.name=Fell Ltd', 'group.plan.level=2'],
    ])
    expect(refuse({ ...envelope, type: 'group' })).toBe(
      'schema_violation: expected the id of a group, got nothing at groupId',
    )
  })

  test('an alias ties the previous id to the new one', () => {
    const alias = { messageId: 'm', type: 'alias', userId: 'u-7', previousId: 'device-3' }
    const merges = accept(alias).links.filter(({ kind }) => kind === 'merge')
    expect(merges.map(({ first, second }) => [first.kind, first.id, second.id])).toEqual([
      ['anonymous_id', 'device-3', 'u-7'],
      ['user_id', 'device-3', 'u-7'],
    ])
    expect(refuse({ ...alias, previousId: undefined })).toMatch(/^no_identity: .* at previousId$/)
    expect(refuse({ ...alias, previousId: 'undefined' })).toMatch(/^illegal_id: .* at previousId$/)
    expect(refuse({ ...envelope, type: 'alias', userId: '', previousId: 'x' })).toMatch(/^no_identity: /)
  })
})

describe('ids', () => {
  const view = { messageId: 'm', type: 'page' }

  test('a call of nobody is refused, with the reason', () => {
    expect(refuse(view)).toMatch(/^no_identity/)
    const refused = [
      'null',
      'undefined',
      '0',
      '-1',
      'NaN',
      'guest',
      'Anonymous',
      '[object Object]',
      '0000-00',
      '---',
    ]
    for (const userId of [...refused, 0, -1, {}, 'a\u0000b', '\u0001a', '\ud800', 'x'.repeat(256)]) {
      expect(refuse({ ...view, userId })).toMatch(/^illegal_id: .* at userId$/)
    }
  })

  test('a refused id beside a good one is left out and marked', () => {
    const line = soleLine(accept({ ...view, userId: 'null', anonymousId: 'device-3' }))
    expect([line.userId, line.anonymousId, line.marks]).toEqual(['', 'device-3', ['refused_id']])
  })

  test('a whole number is an id', () => {
    expect(soleLine(accept({ ...view, userId: 17850 })).userId).toBe('17850')
  })

  test('a call without messageId gets one that does not depend on transport or the order of keys', () => {
    const call = { type: 'page', userId: 'u', timestamp: envelope.timestamp, properties: { a: 1, b: 2 } }
    const { eventId, marks } = soleLine(accept(call))
    expect(eventId).toMatch(/^derived-[0-9a-f]{32}$/)
    expect(marks).toEqual(['derived_id'])
    const again = {
      properties: { b: 2, a: 1 },
      timestamp: call.timestamp,
      sentAt: call.timestamp,
      userId: 'u',
      type: 'page',
    }
    const later = { ...live, receivedAtMs: receivedAtMs + 5 }
    expect(soleLine(accept(again, later)).eventId).toBe(eventId)
    expect(soleLine(accept({ ...call, properties: { a: 1 } })).eventId).not.toBe(eventId)
  })

  test('without messageId and time, two calls are told apart by the moment they came', () => {
    const call = { type: 'page', userId: 'u' }
    const later = { ...live, receivedAtMs: receivedAtMs + 5 }
    expect(soleLine(accept(call)).eventId).not.toBe(soleLine(accept(call, later)).eventId)
  })

  test('a messageId is at most 100 characters', () => {
    expect(soleLine(accept({ ...view, userId: 'u', messageId: 'x'.repeat(100) })).eventId).toHaveLength(100)
    expect(refuse({ ...view, userId: 'u', messageId: 'x'.repeat(101) })).toMatch(
      /^schema_violation: .*100.* at messageId$/,
    )
  })
})
