import type { KeyValueStore, Table } from '../../kv/key-value-store.ts'
import { type Edge, type Node, type Pair, type PairFacts, pairOf, readEdge } from '../pair-facts.ts'

/** An id that another id was named with, and how the pair counts now. */
export type Neighbour = { readonly node: Node; readonly edge: Edge }

/** After every node, whose first letter is that of its kind. */
const lastNode = '￿'
/** The kind of users comes last of all. */
const firstUser = 'user_id\n'

/**
 * What was ever said of pairs of ids, in LMDB. Changes belong into `KeyValueStore.transact`.
 */
export type FactStore = {
  facts(pair: Pair): PairFacts | undefined
  putFacts(pair: Pair, facts: PairFacts): void
  /** Those whose pair counts, read one by one. */
  neighbours(node: Node): Iterable<Neighbour>
  /** The users among them. */
  users(node: Node): Iterable<Neighbour>
}

export function openFactStore(store: KeyValueStore): FactStore {
  const pairs: Table<PairFacts> = store.table('identity_pairs', { values: 'json', keys: 'ordered' })
  const adjacency: Table<1> = store.table('identity_adjacency', { values: 'json', keys: 'ordered' })
  const keyOf = (pair: Pair) => [pair.one, pair.other]
  function* neighboursFrom(node: Node, start: string): Generator<Neighbour> {
    for (const { key } of adjacency.entries({ start: [node, start], end: [node, lastNode] })) {
      const [, other] = key as [Node, Node]
      const facts = pairs.get(keyOf(pairOf(node, other)))
      const edge = facts && readEdge(facts)
      if (edge !== undefined) yield { node: other, edge }
    }
  }
  return {
    facts: (pair) => pairs.get(keyOf(pair)),
    putFacts(pair, facts) {
      if (!pairs.has(keyOf(pair))) {
        adjacency.put([pair.one, pair.other], 1)
        adjacency.put([pair.other, pair.one], 1)
      }
      pairs.put(keyOf(pair), facts)
    },
    neighbours: (node) => neighboursFrom(node, ''),
    users: (node) => neighboursFrom(node, firstUser),
  }
}
