import { createHmac } from 'node:crypto'
import type { Identity } from '../core/identity.ts'
import type { TraitStatement } from './segment/parsed-call.ts'
import { normaliseEmail, normalisePhone } from './segment/person-statements.ts'

/** Turns e-mail addresses and telephone numbers into what is kept of them; ids of other kinds pass unchanged. */
export type ContactHasher = (identity: Identity) => Identity

/**
 * HMAC-SHA-256 (RFC 2104) of the normalised value under the shop's own key, its first 128 bits in hex: equal contacts
 * stay equal, and nobody without the key can try addresses against it.
 */
export function createContactHasher(key: Uint8Array): ContactHasher {
  return (identity) =>
    identity.kind === 'email' || identity.kind === 'phone'
      ? { kind: identity.kind, id: hashOf(key, `${identity.kind}\n${identity.id}`) }
      : identity
}

/**
 * The same for traits: of `email`, `phone` and those nested under other words (`billing.phone`) the hash that the identity
 * has is kept. A value that is no address or number may be one with an error in it, so it is hashed as it is.
 */
export function hashContactTrait(trait: TraitStatement, hashContact: ContactHasher): TraitStatement {
  const kind = trait.name.slice(trait.name.lastIndexOf('.') + 1).toLowerCase()
  if (trait.value === '' || (kind !== 'email' && kind !== 'phone')) return trait
  const normal = kind === 'email' ? normaliseEmail(trait.value) : normalisePhone(trait.value)
  return { ...trait, value: hashContact({ kind, id: normal ?? trait.value }).id }
}

function hashOf(key: Uint8Array, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex').slice(0, 32)
}
