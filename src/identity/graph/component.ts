import { type Cluster, clusterIds, isUserMerge, type Link, type RefusedLink } from '../cluster-ids.ts'
import { type IdentitySettings, isWeak } from '../identity-settings.ts'
import { kindOf, type Node, pairOf } from '../pair-facts.ts'
import type { FactStore, Neighbour } from './fact-store.ts'

/** An address or number that so many users gave is nobody's. */
const maxUsers = 100
/** A shared device may have any number of users; the first two who differ are enough. */
const maxNeighbours = 5_000

/** Everything that hangs together with an id, parted into people. */
export type Component = {
  readonly clusters: readonly Cluster[]
  readonly refused: readonly RefusedLink[]
  /** Devices of several people, at the rim: they belong to none. */
  readonly shared: ReadonlySet<Node>
}

/** Follows links from a node, not through what several people share. */
export function findComponent(start: Node, facts: FactStore, settings: IdentitySettings): Component {
  const neighbours = new Map<Node, readonly Neighbour[]>()
  const neighboursOf = (node: Node) => {
    const known = neighbours.get(node) ?? facts.neighbours(node, maxNeighbours)
    neighbours.set(node, known)
    return known
  }
  const shared = new Set<Node>()
  const inside = new Set<Node>()
  const waiting = [start]
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (inside.has(node) || shared.has(node)) continue
    if (isShared(node, neighboursOf)) {
      shared.add(node)
      continue
    }
    inside.add(node)
    for (const neighbour of neighboursOf(node)) waiting.push(neighbour.node)
  }
  const links = listLinks(inside, neighboursOf)
  return { ...clusterIds([...inside], links, settings), shared }
}

type NeighboursOf = (node: Node) => readonly Neighbour[]

function listLinks(inside: ReadonlySet<Node>, neighboursOf: NeighboursOf): readonly Link[] {
  const links: Link[] = []
  for (const node of inside) {
    for (const { node: other, edge } of neighboursOf(node)) {
      const pair = pairOf(node, other)
      if (pair.one === node && inside.has(other)) links.push({ ...pair, edge })
    }
  }
  return links
}

/** A device is shared by users that were not merged into one; other ids only by more users than anybody could be. */
function isShared(node: Node, neighboursOf: NeighboursOf): boolean {
  if (kindOf(node) === 'user_id') return false
  const users = neighboursOf(node).filter((each) => kindOf(each.node) === 'user_id')
  if (!isWeak(kindOf(node))) return users.length > maxUsers
  const [first, ...others] = users
  if (first === undefined || others.length === 0) return false
  const one = mergedWith(first.node, neighboursOf)
  return others.some(({ node: user }) => !one.has(user))
}

function mergedWith(user: Node, neighboursOf: NeighboursOf): ReadonlySet<Node> {
  const found = new Set<Node>([user])
  for (const node of found) {
    for (const { node: other, edge } of neighboursOf(node)) {
      if (isUserMerge({ ...pairOf(node, other), edge })) found.add(other)
    }
  }
  return found
}
