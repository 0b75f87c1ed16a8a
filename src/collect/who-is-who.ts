import type { Identity, IdentityStatement } from '../core/identity.ts'

/** Rows of an id in the span belong to the profile; half-open on the left. */
export type OwnedSpan = readonly [fromMs: number, untilMs: number, profileId: string]

/** Who is who, as `identity/` knows it. Whatever is stored is learnt of first. */
export type WhoIsWho = {
  /**
   * Takes in statements; resolves once they are on disk. Saying one again changes nothing. `areNewIdsUnstored`: no row is
   * stored yet of ids never heard of, so that nothing is to be told of rows that lie elsewhere.
   */
  learn(
    statements: readonly IdentityStatement[],
    options?: { readonly areNewIdsUnstored?: boolean },
  ): Promise<void>
  /** The profile of an event with these ids at that time, by what is known now. */
  profileOf(userId: string, anonymousId: string, atMs: number): string
  /** The same for all rows that are known by an id, in spans that follow one another over all time. */
  ownersOf(identity: Identity): readonly OwnedSpan[]
  /** Brings what has changed into the database; harmless to repeat. */
  mirror(): Promise<void>
}
