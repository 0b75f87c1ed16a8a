import type { Identity, IdentityStatement } from '../../core/identity.ts'
import type { Database } from '../../database/database.ts'
import type { OwnedSpan, WhoIsWho } from '../who-is-who.ts'

const allTime = [Date.UTC(1900, 0, 1), Date.UTC(2299, 11, 31)] as const

/**
 * Who is who by the plainest of rules, for tests of what imports do with it: users stand for themselves, other ids go with
 * the only user they were named with; a device of several goes with the next of them.
 */
export function createPlainWho(database: Database): WhoIsWho & { forget(): void } {
  let said: IdentityStatement[] = []
  const ownersOf = ({ kind, id }: Identity): readonly OwnedSpan[] => {
    if (kind === 'user_id') return [[...allTime, id]]
    const seen = said
      .flatMap(({ first, second, atMs }) => [
        { one: first, other: second, atMs },
        { one: second, other: first, atMs },
      ])
      .filter(({ one, other }) => one.kind === kind && one.id === id && other.kind === 'user_id')
      .sort((a, b) => a.atMs - b.atMs)
    const users = [...new Set(seen.map(({ other }) => other.id))]
    if (users.length < 2) return [[...allTime, users[0] ?? id]]
    let fromMs: number = allTime[0]
    const spans = seen.map(({ other, atMs }): OwnedSpan => {
      const span = [fromMs, atMs, other.id] as const
      fromMs = atMs
      return span
    })
    return [...spans, [fromMs, allTime[1], id]]
  }
  const profileOf = (identity: Identity, atMs: number) =>
    ownersOf(identity).find(([fromMs, untilMs]) => fromMs < atMs && atMs <= untilMs)?.[2] ?? identity.id
  return {
    learn: async (statements) => {
      said.push(...statements)
    },
    profileOf: (userId, anonymousId, atMs) =>
      profileOf(
        userId === '' ? { kind: 'anonymous_id', id: anonymousId } : { kind: 'user_id', id: userId },
        atMs,
      ),
    profileOfId: (identity) => profileOf(identity, allTime[1]),
    ownersOf,
    isKnown: () => true,
    moves: () => ({ profileIds: new Set(), versions: [] }),
    settleMoves: async () => undefined,
    forget: () => {
      said = []
    },
    mirror: () => {
      const ids = said.flatMap(({ first, second }) => [first, second])
      const rows = ids.map((each) => ({ ...each, profile_id: profileOf(each, allTime[1]), at: said.length }))
      return database.insert('identities', rows)
    },
  }
}
