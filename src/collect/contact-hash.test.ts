import { expect, test } from 'vitest'
import { createContactHasher, hashContactTrait } from './contact-hash.ts'
import { parseSegmentCall } from './segment-call.ts'

const key = Buffer.alloc(32, 7)
const hash = createContactHasher(key)

test('a contact becomes 128 bits of HMAC-SHA-256 under the key, other ids stay', () => {
  // printf 'email\nann@shop.com' | openssl dgst -sha256 -mac HMAC -macopt hexkey:0707…07
  expect(hash({ kind: 'email', id: 'ann@shop.com' })).toEqual({
    kind: 'email',
    id: '84f0a1305ca409cb7bb9148434a3b1a3',
  })
  expect(hash({ kind: 'user_id', id: 'ann@shop.com' })).toEqual({ kind: 'user_id', id: 'ann@shop.com' })
  expect(hash({ kind: 'external:wechat', id: 'w1' })).toEqual({ kind: 'external:wechat', id: 'w1' })
})

test('another key or kind gives another hash', () => {
  const { id } = hash({ kind: 'email', id: '13800138001' })
  expect(hash({ kind: 'phone', id: '13800138001' }).id).not.toBe(id)
  expect(createContactHasher(Buffer.alloc(32, 8))({ kind: 'email', id: '13800138001' }).id).not.toBe(id)
})

test('the trait of an address or number, however written, is kept as the hash of the identity, and nothing in clear', () => {
  const call = {
    type: 'identify',
    userId: 'ann',
    messageId: 'm1',
    traits: {
      email: ' Ann@Shop.com ',
      phone: '0086 138 0013 8001',
      name: 'Ann',
      billing: { phone: '+86 13800138001' },
      work: { email: 'ann(at)shop' },
    },
  }
  const parsed = parseSegmentCall(call, {
    receivedAtMs: Date.UTC(2026, 0, 1),
    isHistoric: false,
    source: 'web',
  })
  if (parsed.kind !== 'accepted') throw new Error(parsed.detail)
  const kept = Object.fromEntries(
    parsed.traits.map((trait) => [trait.name, hashContactTrait(trait, hash).value]),
  )
  const phone = hash({ kind: 'phone', id: '+8613800138001' }).id
  expect(kept).toEqual({
    email: hash({ kind: 'email', id: 'ann@shop.com' }).id,
    phone,
    name: 'Ann',
    'billing.phone': phone,
    'work.email': hash({ kind: 'email', id: 'ann(at)shop' }).id,
  })
  const linked = parsed.links.map(({ second }) => hash(second).id)
  expect(linked).toEqual(expect.arrayContaining([kept.email, kept.phone]))
})

test('a trait that is taken back stays taken back', () => {
  const trait = {
    userId: 'ann',
    anonymousId: '',
    name: 'email',
    value: '',
    source: 'web',
    purpose: '',
    atMs: 0,
  }
  expect(hashContactTrait(trait, hash)).toEqual(trait)
})
