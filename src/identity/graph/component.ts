import { type Cluster, clusterIds, isUserMerge, type Link, type RefusedLink } from '../cluster-ids.ts'
import { type IdentitySettings, isWeak } from '../identity-settings.ts'
import { kindOf, type Node, pairOf } from '../pair-facts.ts'
import type { FactStore, Neighbour } from './fact-store.ts'

/** Everything that hangs together with an id, parted into people. */
export type Component = {
  readonly clusters: readonly Cluster[]
  readonly refused: readonly RefusedLink[]
  /** Ids of several people, at the rim: they belong to none. */
  readonly shared: ReadonlySet<Node>
  /** Users with too many links: each stands alone. */
  readonly overfull: ReadonlySet<Node>
}

/** Follows links from a node, not through what several people share. */
export function findComponent(start: Node, reader: LinkReader): Component {
  const shared = new Set<Node>()
  const overfull = new Set<Node>()
  const inside = new Set<Node>()
  const waiting = [start]
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (inside.has(node) || shared.has(node)) continue
    if (isShared(node, reader)) {
      shared.add(node)
      continue
    }
    inside.add(node)
    const links = reader.linksOf(node)
    if (links === 'overfull') overfull.add(node)
    else for (const link of links) waiting.push(link.node)
  }
  const links = listLinks(inside, reader)
  return { ...clusterIds([...inside], links, reader.settings), shared, overfull }
}

/** Links as the facts have them, each read once: good for as long as no fact changes. */
export type LinkReader = {
  readonly settings: IdentitySettings
  linksOf(node: Node): readonly Neighbour[] | 'overfull'
}

export function createLinkReader(facts: FactStore, settings: IdentitySettings): LinkReader {
  const known = new Map<Node, readonly Neighbour[] | 'overfull'>()
  return {
    settings,
    linksOf(node) {
      const links = known.get(node) ?? readLinks(facts.neighbours(node), settings.maxLinks)
      known.set(node, links)
      return links
    },
  }
}

function readLinks(neighbours: Iterable<Neighbour>, maxLinks: number): readonly Neighbour[] | 'overfull' {
  const links: Neighbour[] = []
  for (const neighbour of neighbours) {
    if (links.length === maxLinks) return 'overfull'
    links.push(neighbour)
  }
  return links
}

/** A link counts when neither end has too many. */
function listLinks(inside: ReadonlySet<Node>, { linksOf }: LinkReader): readonly Link[] {
  const links: Link[] = []
  for (const node of inside) {
    const own = linksOf(node)
    if (own === 'overfull') continue
    for (const { node: other, edge } of own) {
      const pair = pairOf(node, other)
      if (pair.one === node && inside.has(other) && linksOf(other) !== 'overfull')
        links.push({ ...pair, edge })
    }
  }
  return links
}

/** A device is shared by users that were not merged into one; other ids only by more users than anybody could be. */
function isShared(node: Node, reader: LinkReader): boolean {
  const kind = kindOf(node)
  if (kind === 'user_id') return false
  const links = reader.linksOf(node)
  if (links === 'overfull') return true
  const users = links.map((link) => link.node).filter((other) => kindOf(other) === 'user_id')
  if (!isWeak(kind)) return users.length > reader.settings.maxUsers
  const [first, ...others] = users
  if (first === undefined || others.length === 0) return false
  const one = mergedWith(first, reader)
  return others.some((user) => !one.has(user))
}

function mergedWith(user: Node, { linksOf }: LinkReader): ReadonlySet<Node> {
  const found = new Set<Node>([user])
  for (const node of found) {
    const links = linksOf(node)
    if (links === 'overfull') continue
    for (const { node: other, edge } of links) {
      if (isUserMerge({ ...pairOf(node, other), edge }) && linksOf(other) !== 'overfull') found.add(other)
    }
  }
  return found
}
