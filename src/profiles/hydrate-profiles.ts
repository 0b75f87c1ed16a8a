import type { Identity } from '../core/identity.ts'
import type { Database } from '../database/database.ts'
import { sqlFile } from '../database/sql-file.ts'
import { emptyState, foldLine, type LiveState } from '../features/live-state.ts'
import { loadFeatureLines } from '../features/load-feature-lines.ts'
import { type ConsentFact, mergeConsents, readConsents } from './consent-facts.ts'
import type { ProfileLens } from './profile-lens.ts'
import { mergeTraits, type TraitFact } from './trait-facts.ts'

const selectStatements = sqlFile(import.meta.url, './sql/statements-of-ids.sql')

/** What is known of one person from the history alone. */
export type HydratedProfile = {
  readonly state: LiveState
  readonly traits: readonly TraitFact[]
  readonly consents: readonly ConsentFact[]
}

export type HydrateOptions = {
  readonly database: Database
  readonly lens: ProfileLens
  /** All ids of a profile; an id that nobody has heard of stands for itself. */
  readonly identitiesOf: (profileId: string) => readonly Identity[]
  readonly nowMs: number
}

/** Folds the stored history of some people anew; those of whom nothing is stored are left out. */
export async function hydrateProfiles(
  profileIds: readonly string[],
  options: HydrateOptions,
): Promise<ReadonlyMap<string, HydratedProfile>> {
  const { database, lens, nowMs } = options
  const states = new Map<string, LiveState>()
  const consents = new Map<string, readonly ConsentFact[]>()
  const textVersion = lens.fitted.textVersion
  for await (const lines of loadFeatureLines(database, { profileIds, textVersion })) {
    for (const { profileId, line, consent } of lines) {
      const state = states.get(profileId) ?? emptyState()
      states.set(profileId, state)
      foldLine(lens.plan, state, line, nowMs)
      if (line.kind === 'consent')
        consents.set(
          profileId,
          mergeConsents(consents.get(profileId) ?? [], readConsents(consent, line.atMs)),
        )
    }
  }
  const traits = await loadTraits(profileIds, options)
  const found = profileIds.filter((id) => states.has(id) || traits.has(id))
  return new Map(
    found.map((id) => [
      id,
      {
        state: states.get(id) ?? emptyState(),
        traits: traits.get(id) ?? [],
        consents: consents.get(id) ?? [],
      },
    ]),
  )
}

type StatementRow = {
  readonly id_kind: string
  readonly id: string
  readonly name: string
  readonly value: string
  readonly source: string
  readonly purpose: string
  readonly at_ms: number
}

async function loadTraits(
  profileIds: readonly string[],
  { database, identitiesOf }: HydrateOptions,
): Promise<ReadonlyMap<string, readonly TraitFact[]>> {
  const owners = new Map<string, string>()
  for (const profileId of profileIds)
    for (const { kind, id } of identitiesOf(profileId))
      if (kind === 'user_id' || kind === 'anonymous_id') owners.set(`${kind} ${id}`, profileId)
  const ids = [...owners.keys()].map((key) => [
    key.slice(0, key.indexOf(' ')),
    key.slice(key.indexOf(' ') + 1),
  ])
  const parameters = { id_kinds: ids.map(([kind = '']) => kind), ids: ids.map(([, id = '']) => id) }
  const rows = await database.query<StatementRow>(selectStatements, { parameters })
  const facts = new Map<string, readonly TraitFact[]>()
  for (const [owner, own] of Map.groupBy(rows, (row) => owners.get(`${row.id_kind} ${row.id}`) ?? ''))
    facts.set(owner, mergeTraits([], own.map(toFact)))
  return facts
}

function toFact({ id_kind, id, name, value, source, purpose, at_ms }: StatementRow): TraitFact {
  return { name, value, source, purpose, atMs: at_ms, isOfUser: id_kind === 'user_id', id }
}
