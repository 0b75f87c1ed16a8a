import { expect, test } from 'vitest'
import { createContactHasher } from './contact-hash.ts'
import { createContactProtection } from './protect-contacts.ts'
import { parseSegmentCall } from './segment-call.ts'

const hash = createContactHasher(Buffer.alloc(32, 7))
const contacts = createContactProtection({ hashContact: hash, clearPurposes: ['service'] })
const stated = {
  userId: 'ann',
  anonymousId: '',
  name: 'email',
  value: 'Ann@Shop.com',
  source: 'web',
  purpose: '',
  atMs: 0,
}

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
  const kept = Object.fromEntries(parsed.traits.map((trait) => [trait.name, contacts.trait(trait).value]))
  const hashOf = (kind: 'email' | 'phone', id: string) => `hmac:${hash({ kind, id }).id}`
  const phone = hashOf('phone', '+8613800138001')
  expect(kept).toEqual({
    email: hashOf('email', 'ann@shop.com'),
    phone,
    name: 'Ann',
    'billing.phone': phone,
    'work.email': hashOf('email', 'ann(at)shop'),
  })
  const linked = parsed.links.map((link) => `hmac:${contacts.link(link).second.id}`)
  expect(linked).toEqual(expect.arrayContaining([kept.email, kept.phone]))
})

test('a trait that is taken back stays taken back, and one of another name stays as it is', () => {
  for (const said of [
    { value: '' },
    { name: 'email_opt_in', value: 'true' },
    { name: 'phone.model', value: 'X' },
  ]) {
    const trait = { ...stated, ...said }
    expect(contacts.trait(trait)).toEqual(trait)
  }
})

test('a contact is kept as stated only for a purpose that allows it', () => {
  expect(contacts.trait({ ...stated, purpose: 'service' }).value).toBe('Ann@Shop.com')
  for (const purpose of ['', 'advertising']) {
    expect(contacts.trait({ ...stated, name: 'billing.EMail', purpose }).value).toMatch(/^hmac:[0-9a-f]{32}$/)
  }
})
