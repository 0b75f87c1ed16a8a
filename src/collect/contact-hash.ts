import { createHmac } from 'node:crypto'
import type { Identity } from '../core/identity.ts'

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

function hashOf(key: Uint8Array, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex').slice(0, 32)
}
