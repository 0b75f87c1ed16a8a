import type { Bilingual } from '../core/language.ts'
import type { Database } from '../database/database.ts'
import { sqlFile } from '../database/sql-file.ts'
import { alignCentres } from '../models/group-centres.ts'
import { describeGroupDrift, type GroupDrift } from '../models/group-drift.ts'
import {
  type GroupedPeople,
  type GroupMatch,
  likenessOfCentres,
  likenessOfMembers,
  matchGroups,
} from '../models/group-matching.ts'
import type { InterestGroup, InterestGroupsModel } from '../models/interest-groups.ts'
import { loadModel } from './registry.ts'

const selectMembers = sqlFile(import.meta.url, './sql/group-members.sql')

/** A group as it is stored: `id` stays from training to training, `label` is what scores carry, the name is for people. */
export type NamedGroup = InterestGroup & {
  readonly id: string
  readonly label: string
  readonly name: Bilingual
}

/** The groups of the training before, with whom it put where. */
export type EarlierGroups = {
  readonly version: string
  readonly model: Omit<InterestGroupsModel, 'groups'> & { readonly groups: readonly NamedGroup[] }
  readonly people: GroupedPeople
}

/** What became of the groups since the training before. */
export type GroupHistory = GroupDrift & {
  readonly version: string
  /** How groups were known again: by the people in them, or by their centres where too few are in both. */
  readonly by: 'members' | 'centres'
  /** Of the training before, by its indices. */
  readonly names: readonly Bilingual[]
}

/** Undefined before the first training, and where the one before kept no groups that can be read. */
export async function loadEarlierGroups(database: Database): Promise<EarlierGroups | undefined> {
  const registered = await loadModel(database, 'interest-groups')
  // Groups of a rule have no centres, and nobody's taste to go on from.
  if (registered === undefined || registered.record?.kind === 'rule') return undefined
  const model = registered.model as EarlierGroups['model']
  const { version } = registered
  const rows = await database.query<{ profile_id: string; label: string }>(selectMembers, {
    parameters: { version },
  })
  const places = new Map(model.groups.map(({ label }, place) => [label, place]))
  const groupOf = new Map<string, number>()
  for (const { profile_id: id, label } of rows) {
    const place = places.get(label)
    if (place !== undefined) groupOf.set(id, place)
  }
  return { version, model, people: { groupCount: model.groups.length, groupOf } }
}

/** A group that is at least so alike keeps its name; one that is less so is the same but told anew. */
const keepsNameFrom = 0.5

/**
 * Gives each group its identity: that of the group of the training before that it goes on as, or a new one.
 * @param names what each group would be called by itself
 */
export function carryGroups(
  now: {
    readonly model: InterestGroupsModel
    readonly people: GroupedPeople
    readonly names: readonly Bilingual[]
  },
  earlier: EarlierGroups | undefined,
): { readonly groups: NamedGroup[]; readonly history: GroupHistory | undefined } {
  if (earlier === undefined) {
    const named = now.names.map((name, place) => ({ id: `g${place + 1}`, name }))
    return { groups: labelGroups(now.model.groups, named), history: undefined }
  }
  const centres = alignCentres(now.model, earlier.model)
  const likeness =
    likenessOfMembers(now.people, earlier.people) ?? likenessOfCentres(centres.now, centres.before)
  const matches = matchGroups(likeness)
  const drift = describeGroupDrift(
    { ...now.people, centres: centres.now },
    { ...earlier.people, centres: centres.before },
    matches,
  )
  const names = earlier.model.groups.map(({ name }) => name)
  return {
    groups: labelGroups(now.model.groups, identify(now.names, matches, earlier.model.groups)),
    history: { ...drift, version: earlier.version, by: likeness.by, names },
  }
}

type Identity = { readonly id: string; readonly name: Bilingual; readonly label?: string }

function identify(
  names: readonly Bilingual[],
  matches: readonly GroupMatch[],
  earlier: readonly NamedGroup[],
): Identity[] {
  // Trainings from before groups had ids: their place says which is which.
  const ids = earlier.map(({ id }, place) => id ?? `g${place + 1}`)
  let last = ids.reduce((most, id) => Math.max(most, Number(id.slice(1)) || 0), 0)
  return names.map((name, place) => {
    const match = matches[place]
    const before = match?.before === undefined ? undefined : earlier[match.before]
    if (match?.before === undefined || before === undefined) return { id: `g${++last}`, name }
    const id = ids[match.before] ?? `g${++last}`
    return match.likeness >= keepsNameFrom ? { id, name: before.name, label: before.label } : { id, name }
  })
}

/** Labels are unique: names that were kept come first, another group of a name gets a number. */
function labelGroups(groups: readonly InterestGroup[], identities: readonly Identity[]): NamedGroup[] {
  const taken = new Set(identities.flatMap(({ label }) => label ?? []))
  return groups.map((group, place) => {
    const { id, name, label } = identities[place] ?? { id: `g${place + 1}`, name: { en: '', zh: '' } }
    if (label !== undefined) return { ...group, id, label, name }
    let number = 1
    const numbered = () => (number === 1 ? name : { en: `${name.en} ${number}`, zh: `${name.zh} ${number}` })
    while (taken.has(numbered().en)) number++
    taken.add(numbered().en)
    return { ...group, id, label: numbered().en, name: numbered() }
  })
}

/** The changes with what each group is called, one that ended as it was then. */
export function nameChanges({ changes, names }: GroupHistory, groups: readonly NamedGroup[]) {
  return changes.map((change) => ({
    ...change,
    name:
      (change.now === undefined ? names[change.before ?? -1] : groups[change.now]?.name) ??
      ({ en: '', zh: '' } satisfies Bilingual),
  }))
}
