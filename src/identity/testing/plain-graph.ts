import type { Identity, IdentityStatement } from '../../core/identity.ts'

/** Who is who by the rules of docs/adr/0015, worked out anew from all statements with lists alone; slow and plain. */
export type PlainGraph = {
  readonly shared: readonly string[]
  /** The ids of each profile, sorted; those of people without a user or browser together under the empty one. */
  readonly profiles: Readonly<Record<string, readonly string[]>>
  profileOf(userId: string, anonymousId: string, atMs: number): string
}

type Rules = { readonly maxUsers: number; readonly maxLinks: number }
type PlainLink = {
  readonly ends: readonly [string, string]
  readonly atMs: number
  readonly isMerge: boolean
}

const nameOf = ({ kind, id }: Identity) => `${kind}:${id}`
const kindOfName = (name: string) => name.slice(0, name.lastIndexOf(':'))
const isUser = (name: string) => kindOfName(name) === 'user_id'

export function buildPlainGraph(statements: readonly IdentityStatement[], rules: Rules): PlainGraph {
  const links = listPlainLinks(statements)
  const ids = [...new Set(statements.flatMap((each) => [nameOf(each.first), nameOf(each.second)]))].sort()
  const degree = (id: string) => links.filter(({ ends }) => ends.includes(id)).length
  const isOverfull = (id: string) => degree(id) > rules.maxLinks
  const merges = links.filter(
    (link) => link.isMerge && link.ends.every((end) => isUser(end) && !isOverfull(end)),
  )
  const accounts = groupBy(ids.filter(isUser), merges)
  const usersOf = (id: string) =>
    links
      .filter(({ ends }) => ends.includes(id))
      .flatMap(({ ends }) => ends.filter((end) => end !== id && isUser(end)))
  const isShared = (id: string) => {
    if (isUser(id)) return false
    if (isOverfull(id)) return true
    if (!['anonymous_id', 'device_id'].includes(kindOfName(id))) return usersOf(id).length > rules.maxUsers
    return (
      new Set(usersOf(id).map((each) => accounts.findIndex((account) => account.includes(each)))).size > 1
    )
  }
  const shared = ids.filter(isShared)
  const counted = links.filter(({ ends }) => ends.every((end) => !shared.includes(end) && !isOverfull(end)))
  const people = joinWithinLimits(
    ids.filter((id) => !shared.includes(id)),
    accounts,
    counted,
  )
  const profileOfId = (id: string) =>
    nameOfPerson(people.find((person) => person.includes(id)) ?? [id], counted, statements)
  return {
    shared,
    profiles: listProfiles(people, (person) => nameOfPerson(person, counted, statements)),
    profileOf(userId, anonymousId, atMs) {
      const id = userId === '' ? `anonymous_id:${anonymousId}` : `user_id:${userId}`
      if (!shared.includes(id)) return profileOfId(id)
      const [next] = listSightings(id, statements).filter((sighting) => sighting.atMs >= atMs)
      return next === undefined ? anonymousId : profileOfId(next.user)
    },
  }
}

function listProfiles(people: readonly (readonly string[])[], name: (person: readonly string[]) => string) {
  const profiles: Record<string, string[]> = {}
  for (const person of people) profiles[name(person)] = [...(profiles[name(person)] ?? []), ...person].sort()
  return profiles
}

const isPair = (each: IdentityStatement, a: string, b: string) =>
  [nameOf(each.first), nameOf(each.second)].sort().join() === [a, b].sort().join()

const lastSplit = (statements: readonly IdentityStatement[], a: string, b: string) =>
  Math.max(
    ...statements.filter((each) => each.kind === 'split' && isPair(each, a, b)).map((each) => each.atMs),
  )

function listPlainLinks(statements: readonly IdentityStatement[]): PlainLink[] {
  const pairs = new Map(
    statements.map((each): [string, [string, string]] => {
      const ends = [nameOf(each.first), nameOf(each.second)].sort()
      return [ends.join(), [ends[0] ?? '', ends[1] ?? '']]
    }),
  )
  return [...pairs.values()].flatMap(([a, b]): PlainLink[] => {
    const splitMs = lastSplit(statements, a, b)
    const said = statements.filter((each) => a !== b && each.kind !== 'split' && isPair(each, a, b))
    const since = said.filter((each) => each.atMs > splitMs)
    if (since.length === 0) return []
    const times = since.map((each) => each.atMs)
    const atMs = splitMs === Number.NEGATIVE_INFINITY ? Math.min(...times) : Math.max(...times)
    return [{ ends: [a, b], atMs, isMerge: since.some((each) => each.kind === 'merge') }]
  })
}

function groupBy(ids: readonly string[], links: readonly PlainLink[]): string[][] {
  let groups = ids.map((id) => [id])
  for (const { ends } of links) groups = join(groups, ends)
  return groups
}

function join(groups: readonly string[][], [a, b]: readonly [string, string]): string[][] {
  const touched = groups.filter((group) => group.includes(a) || group.includes(b))
  return [...groups.filter((group) => !touched.includes(group)), touched.flat()]
}

function joinWithinLimits(
  ids: readonly string[],
  accounts: readonly string[][],
  links: readonly PlainLink[],
): string[][] {
  const priority = (id: string) => ({ user_id: 1, email: 2 })[kindOfName(id)] ?? 3
  const rank = ({ ends }: PlainLink) => ends.map(priority).sort().join('')
  const order = links.toSorted(
    (a, b) =>
      a.atMs - b.atMs ||
      compare(rank(a), rank(b)) ||
      compare(a.ends[0], b.ends[0]) ||
      compare(a.ends[1], b.ends[1]),
  )
  let people = [...accounts, ...ids.filter((id) => !isUser(id)).map((id) => [id])]
  for (const { ends } of order) {
    const after = join(people, ends)
    const joined = after.find((person) => person.includes(ends[0])) ?? []
    const accountCount = accounts.filter((account) => account.some((id) => joined.includes(id))).length
    const counts = Object.values(
      Object.groupBy(
        joined.filter((id) => !isUser(id)),
        kindOfName,
      ),
    )
    if (accountCount <= 1 && counts.every((each) => (each ?? []).length <= 5)) people = after
  }
  return people.map((person) => person.toSorted())
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}

/** The account merged into, by the latest merge; else the device that had a link first. */
function nameOfPerson(
  person: readonly string[],
  links: readonly PlainLink[],
  statements: readonly IdentityStatement[],
): string {
  const idOf = (name: string | undefined) => name?.slice(name.lastIndexOf(':') + 1) ?? ''
  const users = person.filter(isUser)
  if (users.length > 1) return idOf(lastOfMerged(users, statements))
  if (users.length === 1) return idOf(users[0])
  const timeOf = (id: string) =>
    Math.min(...links.filter(({ ends }) => ends.includes(id)).map(({ atMs }) => atMs))
  const devices = person.filter((id) => kindOfName(id) === 'anonymous_id')
  return idOf(devices.toSorted((a, b) => timeOf(a) - timeOf(b) || compare(a, b))[0])
}

function lastOfMerged(
  users: readonly string[],
  statements: readonly IdentityStatement[],
): string | undefined {
  const said = statements.filter(
    (each) =>
      each.kind === 'merge' &&
      users.includes(nameOf(each.first)) &&
      users.includes(nameOf(each.second)) &&
      each.atMs > lastSplit(statements, nameOf(each.first), nameOf(each.second)),
  )
  // Of one pair the latest word counts; said both ways at once, the alphabet decides.
  const words = said.filter((each) => {
    const against = said.filter((word) => isPair(word, nameOf(each.first), nameOf(each.second)))
    const latest = against.filter((word) => word.atMs === Math.max(...against.map(({ atMs }) => atMs)))
    const [word] = latest.toSorted((a, b) => compare(nameOf(a.first), nameOf(b.first)))
    return word === each
  })
  const order = words.toSorted((a, b) => b.atMs - a.atMs || compare(nameOf(a.second), nameOf(b.second)))
  const given = words.map((each) => nameOf(each.first))
  return nameOf(
    (order.find((each) => !given.includes(nameOf(each.second))) ?? order[0])?.second ?? {
      kind: 'user_id',
      id: '',
    },
  )
}

/** Of each minute and user the first and the last, less what a split undid. */
function listSightings(device: string, statements: readonly IdentityStatement[]) {
  const seen = statements
    .filter((each) => each.kind === 'together')
    .flatMap((each) => {
      const names = [nameOf(each.first), nameOf(each.second)]
      const user = names.find(isUser)
      return user !== undefined && names.includes(device) ? [{ user, atMs: each.atMs }] : []
    })
  const minute = (atMs: number) => Math.floor(atMs / 60_000)
  return seen
    .filter(({ user, atMs }) => {
      const beside = seen.filter((each) => each.user === user && minute(each.atMs) === minute(atMs))
      const times = beside.map((each) => each.atMs)
      return atMs === Math.min(...times) || atMs === Math.max(...times)
    })
    .filter(({ user, atMs }) => atMs > lastSplit(statements, device, user))
    .toSorted((a, b) => a.atMs - b.atMs || compare(a.user, b.user))
}
