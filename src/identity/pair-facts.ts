import type { Identity, IdentityKind, IdentityStatement } from '../core/identity.ts'

/** An id as one text, kind first, so that ids of a kind lie together; ids hold no line breaks. */
export type Node = string & { readonly brand: 'Node' }

export function nodeOf({ kind, id }: Identity): Node {
  return `${kind}\n${id}` as Node
}

export function identityOf(node: Node): Identity {
  const end = node.indexOf('\n')
  return { kind: node.slice(0, end) as IdentityKind, id: node.slice(end + 1) }
}

export function kindOf(node: Node): IdentityKind {
  return node.slice(0, node.indexOf('\n')) as IdentityKind
}

/** Earliest and latest time at which something was said. */
type Times = readonly [firstMs: number, lastMs: number]

/**
 * All that was ever said of two ids, `one` before `other` in the alphabet: whatever the order in which it was said, the
 * facts are the same.
 */
export type PairFacts = {
  readonly together?: Times
  /** `one` was said to be `other`. */
  readonly oneIntoOther?: Times
  readonly otherIntoOne?: Times
  readonly splitMs?: number
}

export type Pair = { readonly one: Node; readonly other: Node }

export function pairOf(first: Node, second: Node): Pair {
  return first < second ? { one: first, other: second } : { one: second, other: first }
}

/** The facts with one more statement of the pair. */
export function addStatement(
  facts: PairFacts,
  { kind, first, atMs }: IdentityStatement,
  pair: Pair,
): PairFacts {
  switch (kind) {
    case 'together':
      return { ...facts, together: extend(facts.together, atMs) }
    case 'merge':
      return nodeOf(first) === pair.one
        ? { ...facts, oneIntoOther: extend(facts.oneIntoOther, atMs) }
        : { ...facts, otherIntoOne: extend(facts.otherIntoOne, atMs) }
    case 'split':
      return { ...facts, splitMs: Math.max(facts.splitMs ?? atMs, atMs) }
    default:
      return kind satisfies never
  }
}

function extend(times: Times | undefined, atMs: number): Times {
  if (times === undefined) return [atMs, atMs]
  if (times[0] <= atMs && atMs <= times[1]) return times
  return [Math.min(times[0], atMs), Math.max(times[1], atMs)]
}

export function isSameFacts(a: PairFacts, b: PairFacts): boolean {
  return (
    a.splitMs === b.splitMs &&
    isSameTimes(a.together, b.together) &&
    isSameTimes(a.oneIntoOther, b.oneIntoOther) &&
    isSameTimes(a.otherIntoOne, b.otherIntoOne)
  )
}

function isSameTimes(a: Times | undefined, b: Times | undefined): boolean {
  return a?.[0] === b?.[0] && a?.[1] === b?.[1]
}

function uniteTimes(a: Times | undefined, b: Times | undefined): Times | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return [Math.min(a[0], b[0]), Math.max(a[1], b[1])]
}

/** How a pair counts: undefined when nothing was said since it was split. */
export type Edge = {
  readonly atMs: number
  /** Said outright to be one person; the latest such statement tells which id stays. */
  readonly merge?: { readonly isOneIntoOther: boolean; readonly atMs: number }
}

/** A pair never split counts from the first time it was named, one that was from the last, if that is later. */
export function readEdge({ together, oneIntoOther, otherIntoOne, splitMs }: PairFacts): Edge | undefined {
  const said = uniteTimes(together, uniteTimes(oneIntoOther, otherIntoOne))
  if (said === undefined || !isSince(said, splitMs)) return undefined
  const atMs = splitMs === undefined ? said[0] : said[1]
  const [forthMs, backMs] = [lastSince(oneIntoOther, splitMs), lastSince(otherIntoOne, splitMs)]
  if (forthMs === undefined && backMs === undefined) return { atMs }
  const isOneIntoOther = (forthMs ?? Number.NEGATIVE_INFINITY) >= (backMs ?? Number.NEGATIVE_INFINITY)
  return { atMs, merge: { isOneIntoOther, atMs: (isOneIntoOther ? forthMs : backMs) ?? atMs } }
}

function lastSince(times: Times | undefined, splitMs: number | undefined): number | undefined {
  return times !== undefined && isSince(times, splitMs) ? times[1] : undefined
}

function isSince([, lastMs]: Times, splitMs: number | undefined): boolean {
  return splitMs === undefined || lastMs > splitMs
}

export function isSameEdge(a: Edge | undefined, b: Edge | undefined): boolean {
  return (
    (a === undefined) === (b === undefined) &&
    a?.atMs === b?.atMs &&
    a?.merge?.atMs === b?.merge?.atMs &&
    a?.merge?.isOneIntoOther === b?.merge?.isOneIntoOther
  )
}
