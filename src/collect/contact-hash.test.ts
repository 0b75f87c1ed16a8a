import { expect, test } from 'vitest'
import { createContactHasher } from './contact-hash.ts'

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
