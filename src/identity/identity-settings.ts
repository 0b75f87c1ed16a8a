import type { Identity, IdentityKind } from '../core/identity.ts'

/** How ids of one kind make profiles. */
export type KindSettings = {
  /** Ids of the kind that one profile may hold; later ones stay outside. */
  readonly limit: number
  /** Of two statements of the same moment, the one about kinds of lower numbers counts first. */
  readonly priority: number
}

export type IdentitySettings = {
  /** What a shop has otherwise than the rule: one user a profile, five ids of each other kind. */
  readonly kinds: Readonly<Partial<Record<IdentityKind, KindSettings>>>
  /** Ids that are nobody's, such as the address that a till types in; as they are kept (contacts hashed). */
  readonly blocked: readonly Identity[]
  /** An address, number or third-party id that more users than these gave is nobody's. */
  readonly maxUsers: number
  /** An id with more links than these is a till, a test or an attack: none of its links counts. */
  readonly maxLinks: number
}

const ownKinds: IdentitySettings['kinds'] = {
  user_id: { limit: 1, priority: 1 },
  email: { limit: 5, priority: 2 },
}
const otherKind: KindSettings = { limit: 5, priority: 3 }

export const defaultIdentitySettings: IdentitySettings = {
  kinds: {},
  blocked: [],
  maxUsers: 100,
  maxLinks: 1_000,
}

export function kindSettings({ kinds }: IdentitySettings, kind: IdentityKind): KindSettings {
  return kinds[kind] ?? ownKinds[kind] ?? otherKind
}

/** Ids that several people may share without being one person: of a browser, of a device. */
export function isWeak(kind: IdentityKind): boolean {
  return kind === 'anonymous_id' || kind === 'device_id'
}

const placeholderAddresses = [
  ...['test@test.com', 'test@example.com', 'user@example.com', 'email@example.com', 'example@example.com'],
  ...['a@a.com', 'a@b.com', 'abc@abc.com', 'asdf@asdf.com', 'none@none.com', 'no@email.com', 'no@no.com'],
  ...[
    'noemail@noemail.com',
    'guest@guest.com',
    'admin@admin.com',
    'test@qq.com',
    '123456@qq.com',
    '123@qq.com',
  ],
]
const placeholderNumbers = [
  ...['123456', '1234567', '12345678', '123456789', '1234567890', '13800138000', '+8613800138000'],
  ...['111111', '1111111', '11111111', '11111111111', '5555555555', '13888888888', '13000000000'],
]

/** What people type where a form demands an address or a number; normalised and still in clear. */
export const placeholderContacts: readonly Identity[] = [
  ...placeholderAddresses.map((id): Identity => ({ kind: 'email', id })),
  ...placeholderNumbers.map((id): Identity => ({ kind: 'phone', id })),
]
