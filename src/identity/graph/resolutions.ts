import type { KeyValueStore, Table } from '../../kv/key-value-store.ts'
import type { Node } from '../pair-facts.ts'

/** What the graph says of an id: the profile it belongs to, or that several people share it. */
export type Resolution =
  | { readonly profileId: string /** A user with too many links. */; readonly isOverfull?: true }
  | { readonly isShared: true }

/** Half-open on the left: after `fromMs`, up to and including `untilMs`. */
export type Span = readonly [fromMs: number, untilMs: number]

/** The first and last moment that the column `at` can hold. */
export const allTime: Span = [Date.UTC(1900, 0, 1), Date.UTC(2299, 11, 31)]

/** In which spans rows of an id may have been stored under other profiles than they belong to now, and which. */
type Override = {
  readonly version: number
  readonly spans: readonly Span[]
  readonly storedAs: readonly string[]
}

type VersionedNode = { readonly node: Node; readonly version: number }

/** An id whose rows changed hands, and the profiles that had them since the last time it was settled. */
type MovedNode = VersionedNode & { readonly owners: readonly string[] }
type Move = Omit<MovedNode, 'node'>

/** What follows from the facts, in LMDB. Changes belong into `KeyValueStore.transact`. */
export type ResolutionStore = {
  get(node: Node): Resolution | undefined
  put(node: Node, resolution: Resolution): void
  override(node: Node): Override | undefined
  /** Says that rows of the id in a span belong elsewhere than before; `storedAs` are the profiles told until now. */
  addOverride(node: Node, span: Span, storedAs: readonly string[]): void
  removeOverride(node: Node): void
  /** Ids whose rows in the database are out of date, with the version that made them so. */
  outdated(limit: number): readonly VersionedNode[]
  markOutdated(node: Node): void
  settle(node: Node, version: number): void
  /** To be called at the end of a transaction with changes: versions never come twice. */
  keepVersion(): void
  overridden(limit: number): readonly VersionedNode[]
  /** Ids whose rows changed hands, until who keeps something of their owners has heard of it. */
  moved(limit: number): readonly MovedNode[]
  settleMoved(node: Node, version: number): void
  monthInHand(): string | undefined
  takeInHand(month: string | undefined): void
  all(): Iterable<{ readonly node: Node; readonly resolution: Resolution }>
}

export function openResolutionStore(store: KeyValueStore): ResolutionStore {
  const resolutions: Table<Resolution> = store.table('identity_ids', { values: 'json', keys: 'ordered' })
  const overrides: Table<Override> = store.table('identity_overrides', { values: 'json', keys: 'ordered' })
  const outbox: Table<number> = store.table('identity_outbox', { values: 'json', keys: 'ordered' })
  const moves: Table<Move> = store.table('identity_moves', { values: 'json', keys: 'ordered' })
  const meta: Table<number> = store.table('identity_meta', { values: 'json', keys: 'ordered' })
  const squash: Table<string> = store.table('identity_squash', { values: 'json', keys: 'ordered' })
  let version = meta.get('version') ?? 0
  /** Even: the odd number after a version says that its rows were rewritten. */
  const nextVersion = () => {
    version += 2
    return version
  }
  return {
    get: (node) => resolutions.get(node),
    put: (node, resolution) => resolutions.put(node, resolution),
    override: (node) => overrides.get(node),
    addOverride(node, span, storedAs) {
      const known = overrides.get(node)
      const next = nextVersion()
      overrides.put(node, {
        version: next,
        spans: uniteSpans([...(known?.spans ?? []), span]),
        storedAs: [...new Set([...(known?.storedAs ?? []), ...storedAs])].sort(),
      })
      outbox.put(node, next)
      const owners = [...new Set([...(moves.get(node)?.owners ?? []), ...storedAs])]
      moves.put(node, { version: next, owners })
    },
    removeOverride: (node) => overrides.remove(node),
    outdated: (limit) =>
      [...outbox.entries({ limit })].map(({ key, value }) => ({ node: key as Node, version: value })),
    markOutdated: (node) => outbox.put(node, nextVersion()),
    settle(node, settled) {
      if (outbox.get(node) === settled) outbox.remove(node)
    },
    keepVersion: () => meta.put('version', version),
    overridden: (limit) =>
      [...overrides.entries({ limit })].map(({ key, value }) => ({
        node: key as Node,
        version: value.version,
      })),
    moved: (limit) =>
      [...moves.entries({ limit })].map(({ key, value }) => ({ node: key as Node, ...value })),
    settleMoved(node, settled) {
      if (moves.get(node)?.version === settled) moves.remove(node)
    },
    monthInHand: () => squash.get('month'),
    takeInHand: (month) => (month === undefined ? squash.remove('month') : squash.put('month', month)),
    *all() {
      for (const { key, value } of resolutions.entries()) yield { node: key as Node, resolution: value }
    },
  }
}

function uniteSpans(spans: readonly Span[]): readonly Span[] {
  const united: [number, number][] = []
  for (const [fromMs, untilMs] of spans.toSorted((a, b) => a[0] - b[0])) {
    const last = united.at(-1)
    if (last !== undefined && fromMs <= last[1]) last[1] = Math.max(last[1], untilMs)
    else united.push([fromMs, untilMs])
  }
  return united
}
