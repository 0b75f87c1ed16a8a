import type { Identity, IdentityStatement } from '../../core/identity.ts'

/**
 * The rules of the graph written down once more, over the whole list of statements at once, without a store, without
 * components and without any of the code they test.
 */
export type NaiveGraph = {
  profileOf(userId: string, anonymousId: string, atMs: number): string
  /** Undefined for shared ids. */
  clusterOf(identity: Identity): string | undefined
  readonly ids: readonly string[]
  isShared(name: string): boolean
}

type Pair = {
  a: string
  b: string
  together: number[]
  merges: { from: string; atMs: number }[]
  splitMs: number
}

const nameOf = ({ kind, id }: Identity) => `${kind}\n${id}`
const kindOf = (name: string) => name.slice(0, name.indexOf('\n'))
const idOf = (name: string) => name.slice(name.indexOf('\n') + 1)
const isDevice = (name: string) => kindOf(name) === 'anonymous_id' || kindOf(name) === 'device_id'
const isUser = (name: string) => kindOf(name) === 'user_id'

export function buildNaiveGraph(statements: readonly IdentityStatement[]): NaiveGraph {
  const ids = [...new Set(statements.flatMap(({ first, second }) => [nameOf(first), nameOf(second)]))].sort()
  const pairs = collectPairs(statements).filter((pair) => timeOf(pair) !== undefined)
  const userGroups = groupUsers(ids, pairs)
  const shared = new Set(ids.filter((id) => isSharedBy(id, pairs, userGroups)))
  const groups = groupAll(ids, pairs, userGroups, shared)
  const profiles = new Map(ids.map((id) => [id, nameProfile(groups.get(id) ?? [id], pairs)]))
  const sightings = statements.filter(({ kind }) => kind === 'together').flatMap(toSighting)
  const profileOf = (userId: string, anonymousId: string, atMs: number): string => {
    if (userId !== '') return profiles.get(`user_id\n${userId}`) ?? userId
    const device = `anonymous_id\n${anonymousId}`
    if (!shared.has(device)) return profiles.get(device) ?? anonymousId
    const next = extremes(sightings.filter((each) => each.device === device))
      .filter((each) => each.atMs >= atMs)
      .sort((x, y) => x.atMs - y.atMs || (x.user < y.user ? -1 : 1))[0]
    return next === undefined ? anonymousId : (profiles.get(next.user) ?? idOf(next.user))
  }
  return {
    ids,
    profileOf,
    clusterOf: (identity) => (shared.has(nameOf(identity)) ? undefined : profiles.get(nameOf(identity))),
    isShared: (name) => shared.has(name),
  }
}

function collectPairs(statements: readonly IdentityStatement[]): Pair[] {
  const pairs = new Map<string, Pair>()
  for (const { kind, first, second, atMs } of statements) {
    const [a, b] = [nameOf(first), nameOf(second)].sort() as [string, string]
    if (a === b) continue
    const known = pairs.get(`${a} ${b}`)
    const pair = known ?? { a, b, together: [], merges: [], splitMs: Number.NEGATIVE_INFINITY }
    pairs.set(`${a} ${b}`, pair)
    if (kind === 'together') pair.together.push(atMs)
    if (kind === 'merge') pair.merges.push({ from: nameOf(first), atMs })
    if (kind === 'split') pair.splitMs = Math.max(pair.splitMs, atMs)
  }
  return [...pairs.values()]
}

/** From when the pair counts: never split, its first naming; else the last naming of a kind after the split. */
function timeOf({ together, merges, splitMs, a }: Pair): number | undefined {
  const kinds = [
    together,
    merges.filter(({ from }) => from === a).map(({ atMs }) => atMs),
    merges.filter(({ from }) => from !== a).map(({ atMs }) => atMs),
  ].filter((times) => times.length > 0)
  const wasSplit = splitMs !== Number.NEGATIVE_INFINITY
  const counted = kinds
    .map((times) => (wasSplit ? Math.max(...times) : Math.min(...times)))
    .filter((atMs) => !wasSplit || atMs > splitMs)
  return counted.length === 0 ? undefined : Math.min(...counted)
}

/** The direction that was said last and after the split. */
function mergeOf({ merges, splitMs, a, b }: Pair): { from: string; into: string; atMs: number } | undefined {
  const counted = merges.filter(({ atMs }) => atMs > splitMs)
  if (counted.length === 0) return undefined
  const last = Math.max(...counted.map(({ atMs }) => atMs))
  const from = counted.some((each) => each.atMs === last && each.from === a) ? a : b
  return { from, into: from === a ? b : a, atMs: last }
}

function groupUsers(ids: readonly string[], pairs: readonly Pair[]): ReadonlyMap<string, Set<string>> {
  const groups = new Map(ids.map((id) => [id, new Set([id])]))
  for (const pair of pairs) {
    if (!isUser(pair.a) || !isUser(pair.b) || mergeOf(pair) === undefined) continue
    join(groups, pair.a, pair.b)
  }
  return groups
}

function join(groups: Map<string, Set<string>>, a: string, b: string): void {
  const all = new Set([...(groups.get(a) ?? []), ...(groups.get(b) ?? [])])
  for (const id of all) groups.set(id, all)
}

function isSharedBy(
  id: string,
  pairs: readonly Pair[],
  users: ReadonlyMap<string, ReadonlySet<string>>,
): boolean {
  if (!isDevice(id)) return false
  const seen = pairs.filter(({ a, b }) => a === id || b === id).map(({ a, b }) => (a === id ? b : a))
  return new Set(seen.filter(isUser).map((user) => users.get(user))).size > 1
}

function groupAll(
  ids: readonly string[],
  pairs: readonly Pair[],
  users: ReadonlyMap<string, Set<string>>,
  shared: ReadonlySet<string>,
): ReadonlyMap<string, string[]> {
  const groups = new Map(ids.map((id) => [id, new Set(isUser(id) ? (users.get(id) ?? [id]) : [id])]))
  const priority = (id: string) => ({ user_id: 1, email: 2 })[kindOf(id)] ?? 3
  const rank = ({ a, b }: Pair) => [priority(a), priority(b)].sort().join(' ')
  const order = pairs
    .filter(({ a, b }) => !shared.has(a) && !shared.has(b))
    .sort((x, y) => {
      const [xAt, yAt] = [timeOf(x) ?? 0, timeOf(y) ?? 0]
      return (
        xAt - yAt ||
        (rank(x) < rank(y) ? -1 : rank(x) > rank(y) ? 1 : x.a < y.a ? -1 : x.a > y.a ? 1 : x.b < y.b ? -1 : 1)
      )
    })
  for (const { a, b } of order) {
    const all = new Set([...(groups.get(a) ?? []), ...(groups.get(b) ?? [])])
    const kinds = Map.groupBy(all, kindOf)
    const userCount = new Set((kinds.get('user_id') ?? []).map((user) => users.get(user))).size
    const isOver = userCount > 1 || [...kinds].some(([kind, of]) => kind !== 'user_id' && of.length > 5)
    if (!isOver) join(groups, a, b)
  }
  return new Map([...groups].map(([id, group]) => [id, [...group]]))
}

function nameProfile(group: readonly string[], pairs: readonly Pair[]): string {
  const users = group.filter(isUser)
  if (users.length === 1 && users[0] !== undefined) return idOf(users[0])
  if (users.length > 1) {
    const merges = pairs
      .filter(({ a, b }) => users.includes(a) && users.includes(b))
      .map(mergeOf)
      .filter((merge) => merge !== undefined)
      .sort((x, y) => y.atMs - x.atMs || (x.into < y.into ? -1 : 1))
    const isKept = ({ into }: { into: string }) => !merges.some(({ from }) => from === into)
    return idOf((merges.find(isKept) ?? merges[0])?.into ?? '')
  }
  const firstTime = (id: string) =>
    Math.min(
      ...pairs
        .filter(({ a, b }) => (a === id || b === id) && group.includes(a) && group.includes(b))
        .map((pair) => timeOf(pair) ?? 0),
      Number.POSITIVE_INFINITY,
    )
  const devices = group.filter((id) => kindOf(id) === 'anonymous_id')
  const [first] = devices.sort((x, y) => compare(firstTime(x), firstTime(y)) || (x < y ? -1 : 1))
  return first === undefined ? '' : idOf(first)
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1
}

function toSighting({ first, second, atMs }: IdentityStatement) {
  const names = [nameOf(first), nameOf(second)]
  const [device, user] = [names.find(isDevice), names.find(isUser)]
  return device !== undefined && user !== undefined ? [{ device, user, atMs }] : []
}

/** Of each minute a user was on a device only the first and last moment count. */
function extremes(sightings: readonly { device: string; user: string; atMs: number }[]) {
  const minutes = Map.groupBy(sightings, ({ user, atMs }) => `${user} ${Math.floor(atMs / 60_000)}`)
  return [...minutes.values()].flatMap((all) => {
    const times = all.map(({ atMs }) => atMs)
    return all.filter(({ atMs }) => atMs === Math.min(...times) || atMs === Math.max(...times))
  })
}
