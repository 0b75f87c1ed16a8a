import type { Identity, IdentityKind } from '../core/identity.ts'

/** How ids of one kind make profiles. */
export type KindSettings = {
  /** Ids of the kind that one profile may hold; later ones stay outside. */
  readonly limit: number
  /** Of two statements of the same moment, the one about kinds of lower numbers counts first. */
  readonly priority: number
}

export type IdentitySettings = {
  readonly kinds: Readonly<Partial<Record<IdentityKind, KindSettings>>>
  /** Ids that are nobody's, such as the address that a till types in; as they are kept (contacts hashed). */
  readonly blocked: readonly Identity[]
}

const otherKind: KindSettings = { limit: 5, priority: 3 }

export const defaultIdentitySettings: IdentitySettings = {
  kinds: { user_id: { limit: 1, priority: 1 }, email: { limit: 5, priority: 2 } },
  blocked: [],
}

export function kindSettings({ kinds }: IdentitySettings, kind: IdentityKind): KindSettings {
  return kinds[kind] ?? defaultIdentitySettings.kinds[kind] ?? otherKind
}

/** Ids that several people may share without being one person: of a browser, of a device. */
export function isWeak(kind: IdentityKind): boolean {
  return kind === 'anonymous_id' || kind === 'device_id'
}
