/**
 * Kinds of ids that a person goes by. Third-party ids have a kind of their own, `external:TYPE` (`external:wechat`);
 * e-mail addresses and telephone numbers stand here as keyed hashes only.
 */
export type IdentityKind = 'user_id' | 'email' | 'phone' | 'anonymous_id' | 'device_id' | `external:${string}`

/** One id of somebody. */
export type Identity = { readonly kind: IdentityKind; readonly id: string }

/**
 * What a call says about who is who. `together`: both ids were used by one person at that moment. `merge`: whoever went
 * by `first` is `second`, said outright (an alias). `split`: they are two people after all; it undoes every earlier
 * statement about the pair.
 */
export type IdentityStatement = {
  readonly kind: 'together' | 'merge' | 'split'
  readonly first: Identity
  readonly second: Identity
  readonly atMs: number
  readonly source: string
}
