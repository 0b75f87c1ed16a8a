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
  /** The profile that has what was stated of an id: that of the id, its own where several people share it. */
  profileOfId(identity: Identity): string
  /** Brings what has changed into the database; harmless to repeat. */
  mirror(): Promise<void>
  /** Whether anybody has heard of an id. */
  isKnown(identity: Identity): boolean
  /** Whose rows changed hands since that was last settled, as of at most so many ids. */
  moves(limit: number): Moves
  /** Forgets moves; those told of anew meanwhile stay. */
  settleMoves(moves: Moves): Promise<void>
}

/** Profiles that gave or got rows, and what names the moves. */
export type Moves = {
  readonly profileIds: ReadonlySet<string>
  readonly versions: readonly { readonly node: string; readonly version: number }[]
}
