import type { Identity, IdentityStatement } from '../core/identity.ts'
import type { ContactHasher } from './contact-hash.ts'
import type { TraitStatement } from './segment/parsed-call.ts'
import { normaliseEmail, normalisePhone } from './segment/person-statements.ts'

/** What is kept of e-mail addresses and telephone numbers, whichever way they come in. */
export type ContactProtection = {
  readonly trait: (trait: TraitStatement) => TraitStatement
  readonly identity: ContactHasher
  readonly link: (link: IdentityStatement) => IdentityStatement
}

type ContactRules = {
  readonly hashContact: ContactHasher
  /** Purposes for which a stated contact may be kept as it is; a statement that names no purpose never is. */
  readonly clearPurposes: readonly string[]
}

/** As ids only their keyed hashes are kept; as traits too, unless the purpose that the statement names allows more. */
export function createContactProtection({ hashContact, clearPurposes }: ContactRules): ContactProtection {
  return {
    trait: (trait) => (clearPurposes.includes(trait.purpose) ? trait : protectTrait(trait, hashContact)),
    identity: hashContact,
    link: (link) => ({ ...link, first: hashContact(link.first), second: hashContact(link.second) }),
  }
}

/** An e-mail address or telephone number as it is before it is hashed; undefined for what is none, other ids as they are. */
export function normaliseContact({ kind, id }: Identity): Identity | undefined {
  if (kind !== 'email' && kind !== 'phone') return { kind, id }
  const normal = kind === 'email' ? normaliseEmail(id) : normalisePhone(id)
  return normal === undefined ? undefined : { kind, id: normal }
}

/** `email` and `phone`, also as the last part of a path (`billing.phone`); undefined for other traits. */
export function contactKindOf(traitName: string): 'email' | 'phone' | undefined {
  const word = traitName.slice(traitName.lastIndexOf('.') + 1).toLowerCase()
  return word === 'email' || word === 'phone' ? word : undefined
}

/**
 * `hmac:` and the hash that the identity has. A value that is no address or number may be one with an error in it, so it
 * is hashed as it is; an empty one takes the trait back.
 */
function protectTrait(trait: TraitStatement, hashContact: ContactHasher): TraitStatement {
  const kind = contactKindOf(trait.name)
  if (kind === undefined || trait.value === '') return trait
  const normal = kind === 'email' ? normaliseEmail(trait.value) : normalisePhone(trait.value)
  return { ...trait, value: `hmac:${hashContact({ kind, id: normal ?? trait.value }).id}` }
}
