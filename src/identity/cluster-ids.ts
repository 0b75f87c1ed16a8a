import { type IdentitySettings, kindSettings } from './identity-settings.ts'
import { type Edge, kindOf, type Node, type Pair } from './pair-facts.ts'

export type Link = Pair & { readonly edge: Edge }

export type Cluster = {
  readonly nodes: readonly Node[]
  /** Empty for ids that no user and no device goes with. */
  readonly profileId: string
}

/** A link that would have broken a limit. */
export type RefusedLink = Pair & { readonly kind: string }

/**
 * Parts ids into people. Links are taken in one order whatever the order in which they were learnt: users merged outright
 * first, then by time, priority of kinds and the ids themselves; a link that would give a profile more ids of a kind
 * than its limit is refused. Users merged outright count as one.
 */
export function clusterIds(
  nodes: readonly Node[],
  links: readonly Link[],
  settings: IdentitySettings,
): { readonly clusters: readonly Cluster[]; readonly refused: readonly RefusedLink[] } {
  const groups = new Map<Node, Group>()
  for (const node of nodes) groups.set(node, newGroup(node))
  const refused: RefusedLink[] = []
  const sorted = links.map((link) => ({ link, rank: rankOf(link, settings) })).sort(byRank)
  for (const { link } of sorted) {
    const [a, b] = [groups.get(link.one), groups.get(link.other)]
    if (a === undefined || b === undefined || a === b) continue
    const broken = isUserMerge(link) ? undefined : brokenLimit(a, b, settings)
    if (broken !== undefined) refused.push({ one: link.one, other: link.other, kind: broken })
    else unite(groups, a, b, isUserMerge(link))
  }
  const firstTimes = listFirstTimes(links)
  const clusters = [...new Set(groups.values())].map(
    (group): Cluster => ({
      nodes: group.nodes.toSorted(),
      profileId: nameProfile(group.nodes, links, firstTimes),
    }),
  )
  return { clusters, refused }
}

/** People as they grow together; users merged outright are counted once. */
type Group = { nodes: Node[]; readonly counts: Map<string, number> }

function newGroup(node: Node): Group {
  return { nodes: [node], counts: new Map([[kindOf(node), 1]]) }
}

function unite(groups: Map<Node, Group>, a: Group, b: Group, isOneUser: boolean): void {
  const [large, small] = a.nodes.length >= b.nodes.length ? [a, b] : [b, a]
  for (const node of small.nodes) groups.set(node, large)
  large.nodes.push(...small.nodes)
  for (const [kind, count] of small.counts) large.counts.set(kind, (large.counts.get(kind) ?? 0) + count)
  if (isOneUser) large.counts.set('user_id', 1)
}

function brokenLimit(a: Group, b: Group, settings: IdentitySettings): string | undefined {
  const kinds = [...a.counts.keys()].filter((kind) => b.counts.has(kind))
  return kinds.find((kind) => {
    const { limit } = kindSettings(settings, kind as Parameters<typeof kindSettings>[1])
    return (a.counts.get(kind) ?? 0) + (b.counts.get(kind) ?? 0) > limit
  })
}

export function isUserMerge({ one, other, edge }: Link): boolean {
  return edge.merge !== undefined && kindOf(one) === 'user_id' && kindOf(other) === 'user_id'
}

type Rank = readonly [isLater: number, atMs: number, priority: number, one: Node, other: Node]

function rankOf(link: Link, settings: IdentitySettings): Rank {
  const { one, other, edge } = link
  const priorities = [one, other].map((node) => kindSettings(settings, kindOf(node)).priority)
  return [
    isUserMerge(link) ? 0 : 1,
    edge.atMs,
    Math.min(...priorities) * 100 + Math.max(...priorities),
    one,
    other,
  ]
}

function byRank({ rank: a }: { rank: Rank }, { rank: b }: { rank: Rank }): number {
  for (const [index, part] of a.entries()) {
    const against = b[index]
    if (against !== undefined && part !== against) return part < against ? -1 : 1
  }
  return 0
}

function listFirstTimes(links: readonly Link[]): ReadonlyMap<Node, number> {
  const times = new Map<Node, number>()
  for (const { one, other, edge } of links) {
    for (const node of [one, other]) times.set(node, Math.min(times.get(node) ?? edge.atMs, edge.atMs))
  }
  return times
}

/** The user's id; of several users the one that the others were merged into; without a user, the earliest device's id. */
function nameProfile(
  nodes: readonly Node[],
  links: readonly Link[],
  firstTimes: ReadonlyMap<Node, number>,
): string {
  const users = nodes.filter((node) => kindOf(node) === 'user_id')
  if (users.length > 0) return idOf(users.length === 1 ? users[0] : lastUser(users, links))
  const devices = nodes.filter((node) => kindOf(node) === 'anonymous_id')
  const timeOf = (node: Node) => firstTimes.get(node) ?? 0
  const [earliest] = devices.toSorted((a, b) => timeOf(a) - timeOf(b) || (a < b ? -1 : 1))
  return idOf(earliest)
}

function idOf(node: Node | undefined): string {
  return node === undefined ? '' : node.slice(node.indexOf('\n') + 1)
}

/** Whoever was merged into nobody, by the latest merge; of a circle, the target of the latest merge in it. */
function lastUser(users: readonly Node[], links: readonly Link[]): Node | undefined {
  const members = new Set(users)
  const merges = links
    .filter((link) => isUserMerge(link) && members.has(link.one) && members.has(link.other))
    .map(({ one, other, edge }) => {
      const isForth = edge.merge?.isOneIntoOther === true
      return { from: isForth ? one : other, into: isForth ? other : one, atMs: edge.merge?.atMs ?? 0 }
    })
    .sort((a, b) => b.atMs - a.atMs || (a.into < b.into ? -1 : 1))
  const given = new Set(merges.map(({ from }) => from))
  return (merges.find(({ into }) => !given.has(into)) ?? merges[0])?.into
}
