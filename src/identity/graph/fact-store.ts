import type { KeyValueStore, Table } from '../../kv/key-value-store.ts'
import { type Edge, type Node, type Pair, type PairFacts, pairOf, readEdge } from '../pair-facts.ts'

/** An id that another id was named with, and how the pair counts now. */
export type Neighbour = { readonly node: Node; readonly edge: Edge }

const lastNode = '￿' as Node

/**
 * What was ever said of pairs of ids, in LMDB. Changes belong into `KeyValueStore.transact`.
 */
export type FactStore = {
  facts(pair: Pair): PairFacts | undefined
  putFacts(pair: Pair, facts: PairFacts): void
  /** Those whose pair counts; at most `limit`. */
  neighbours(node: Node, limit: number): Neighbour[]
}

export function openFactStore(store: KeyValueStore): FactStore {
  const pairs: Table<PairFacts> = store.table('identity_pairs', { values: 'json', keys: 'ordered' })
  const adjacency: Table<1> = store.table('identity_adjacency', { values: 'json', keys: 'ordered' })
  const keyOf = (pair: Pair) => [pair.one, pair.other]
  return {
    facts: (pair) => pairs.get(keyOf(pair)),
    putFacts(pair, facts) {
      if (!pairs.has(keyOf(pair))) {
        adjacency.put([pair.one, pair.other], 1)
        adjacency.put([pair.other, pair.one], 1)
      }
      pairs.put(keyOf(pair), facts)
    },
    neighbours(node, limit) {
      const found: Neighbour[] = []
      for (const { key } of adjacency.entries({ start: [node], end: [node, lastNode] })) {
        const [, other] = key as [Node, Node]
        const facts = pairs.get(keyOf(pairOf(node, other)))
        const edge = facts && readEdge(facts)
        if (edge === undefined) continue
        found.push({ node: other, edge })
        if (found.length >= limit) break
      }
      return found
    },
  }
}
