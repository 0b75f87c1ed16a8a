import type { KeyValueStore, Table } from '../../kv/key-value-store.ts'
import { type Edge, type Node, type Pair, type PairFacts, pairOf, readEdge } from '../pair-facts.ts'

/** An id that another id was named with, and how the pair counts now. */
export type Neighbour = { readonly node: Node; readonly edge: Edge }

/** After every node, whose first letter is that of its kind. */
const lastNode = '\uffff'

/**
 * What was ever said of pairs of ids, in LMDB. Changes belong into `KeyValueStore.transact`.
 */
export type FactStore = {
  facts(pair: Pair): PairFacts | undefined
  /** `isNew`: nothing was said of the pair before. */
  putFacts(pair: Pair, facts: PairFacts, isNew: boolean): void
  /** Those whose pair counts, read one by one. */
  neighbours(node: Node): Iterable<Neighbour>
}

export function openFactStore(store: KeyValueStore): FactStore {
  const pairs: Table<PairFacts> = store.table('identity_pairs', { values: 'json', keys: 'ordered' })
  const adjacency: Table<1> = store.table('identity_adjacency', { values: 'json', keys: 'ordered' })
  const keyOf = (pair: Pair) => [pair.one, pair.other]
  return {
    facts: (pair) => pairs.get(keyOf(pair)),
    putFacts(pair, facts, isNew) {
      pairs.put(keyOf(pair), facts)
      if (!isNew) return
      adjacency.put([pair.one, pair.other], 1)
      adjacency.put([pair.other, pair.one], 1)
    },
    *neighbours(node) {
      for (const { key } of adjacency.entries({ start: [node], end: [node, lastNode] })) {
        const [, other] = key as [Node, Node]
        const facts = pairs.get(keyOf(pairOf(node, other)))
        const edge = facts && readEdge(facts)
        if (edge !== undefined) yield { node: other, edge }
      }
    },
  }
}
