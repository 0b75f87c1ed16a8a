import type { Unit } from './unit.ts'

/** Whatever MessagePack can hold. */
export type Packed = number | string | readonly Packed[]

/**
 * What is kept of the lines that an aggregate has seen. Adding and merging may come in any order and give the same up to
 * the rounding of sums; both may change what they are given. Repeats are told apart before.
 */
export type Keeper<State = unknown> = {
  empty(): State
  add(state: State, unit: Unit): State
  merge(one: State, other: State): State
  pack(state: State): Packed
  unpack(packed: Packed): State
}

/** A keeper whose state is plain numbers and texts already. */
function plain<State extends Packed>(parts: Omit<Keeper<State>, 'pack' | 'unpack'>): Keeper<State> {
  return { ...parts, pack: (state) => state, unpack: (packed) => packed as State }
}

export function keepCount(): Keeper<number> {
  return plain({ empty: () => 0, add: (count) => count + 1, merge: (one, other) => one + other })
}

export type Total = readonly [count: number, sum: number]

/** The units that carry the number, and its sum. */
export function keepTotal(measure: (unit: Unit) => number): Keeper<Total> {
  return plain<Total>({
    empty: () => [0, 0],
    add: (total, unit) => {
      const value = measure(unit)
      return Number.isNaN(value) ? total : [total[0] + 1, total[1] + value]
    },
    merge: (one, other) => [one[0] + other[0], one[1] + other[1]],
  })
}

export type Moments = readonly [count: number, mean: number, squares: number]

/** Mean and sum of squared deviations. Source: Chan, Golub & LeVeque (1983), eq. 2.1. */
export function keepMoments(measure: (unit: Unit) => number): Keeper<Moments> {
  const merge = (one: Moments, other: Moments): Moments => {
    const count = one[0] + other[0]
    if (count === 0) return one
    const apart = other[1] - one[1]
    const share = other[0] / count
    return [count, one[1] + apart * share, one[2] + other[2] + apart * apart * one[0] * share]
  }
  return plain<Moments>({
    empty: () => [0, 0, 0],
    add: (moments, unit) => {
      const value = measure(unit)
      return Number.isNaN(value) ? moments : merge(moments, [1, value, 0])
    },
    merge,
  })
}

export type Range = readonly [least: number, greatest: number] | readonly []

/** Least and greatest; empty when there is none. */
export function keepRange(measure: (unit: Unit) => number): Keeper<Range> {
  const merge = (one: Range, other: Range): Range => {
    if (one.length === 0) return other
    if (other.length === 0) return one
    return [Math.min(one[0], other[0]), Math.max(one[1], other[1])]
  }
  return plain<Range>({
    empty: () => [],
    add: (range, unit) => {
      const value = measure(unit)
      return Number.isNaN(value) ? range : merge(range, [value, value])
    },
    merge,
  })
}

export type Decayed = readonly [weight: number, atMs: number]

/** 2^(−age / half-life) of a time span. */
export function halve(spanMs: number, halfLifeDays: number): number {
  return Math.exp((-Math.LN2 * spanMs) / (halfLifeDays * 86_400_000))
}

/** The sum of weights as of the latest moment among them. */
function mergeDecayed(one: Decayed, other: Decayed, halfLifeDays: number): Decayed {
  const [late, early] = one[1] >= other[1] ? [one, other] : [other, one]
  return [late[0] + early[0] * halve(late[1] - early[1], halfLifeDays), late[1]]
}

export function keepDecayed(measure: (unit: Unit) => number, halfLifeDays: number): Keeper<Decayed> {
  return plain<Decayed>({
    empty: () => [0, 0],
    add: (decayed, unit) => {
      const value = measure(unit)
      return Number.isNaN(value) ? decayed : mergeDecayed(decayed, [value, unit.atMs], halfLifeDays)
    },
    merge: (one, other) => mergeDecayed(one, other, halfLifeDays),
  })
}

export type Edge = readonly [atMs: number, tie: number, text: string] | readonly []

/** The text of the first or the last unit that has one; of one moment the one with the lesser or greater hash. */
export function keepEdge(
  edge: 'first' | 'last',
  read: (unit: Unit) => string,
  tieOrder: (text: string) => number,
): Keeper<Edge> {
  const sign = edge === 'last' ? 1 : -1
  const merge = (one: Edge, other: Edge): Edge => {
    if (one.length === 0) return other
    if (other.length === 0) return one
    const order = (one[0] - other[0] || one[1] - other[1]) * sign
    return order >= 0 ? one : other
  }
  return plain<Edge>({
    empty: () => [],
    add: (state, unit) => {
      const text = read(unit)
      return text === '' ? state : merge(state, [unit.atMs, tieOrder(text), text])
    },
    merge,
  })
}

/** The different days, in order. */
export function keepDays(): Keeper<number[]> {
  const add = (days: number[], day: number) => {
    const last = days.at(-1)
    if (last === undefined || day > last) days.push(day)
    else if (!days.includes(day)) {
      days.push(day)
      days.sort((a, b) => a - b)
    }
    return days
  }
  return plain({
    empty: (): number[] => [],
    add: (days, unit) => add(days, unit.day),
    merge: (one, other) => other.reduce(add, one),
  })
}

/** A count for each key; an empty key counts for nothing. */
export function keepKeys(keyOf: (unit: Unit) => string): Keeper<Map<string, number>> {
  const bump = (counts: Map<string, number>, key: string, by: number) =>
    key === '' ? counts : counts.set(key, (counts.get(key) ?? 0) + by)
  return {
    empty: () => new Map(),
    add: (counts, unit) => bump(counts, keyOf(unit), 1),
    merge: (one, other) => [...other].reduce((counts, [key, count]) => bump(counts, key, count), one),
    pack: (counts) => flatten(counts),
    unpack: (packed) => new Map(pairUp(packed as readonly Packed[]) as [string, number][]),
  }
}

/** A decayed weight for each key. */
export function keepDecayedKeys(
  keyOf: (unit: Unit) => string,
  halfLifeDays: number,
): Keeper<Map<string, Decayed>> {
  const bump = (weights: Map<string, Decayed>, key: string, by: Decayed) => {
    const known = weights.get(key)
    return key === '' ? weights : weights.set(key, known ? mergeDecayed(known, by, halfLifeDays) : by)
  }
  return {
    empty: () => new Map(),
    add: (weights, unit) => bump(weights, keyOf(unit), [1, unit.atMs]),
    merge: (one, other) => [...other].reduce((weights, [key, by]) => bump(weights, key, by), one),
    pack: (weights) => {
      const flat: (string | number)[] = []
      for (const [key, [weight, atMs]] of weights) flat.push(key, weight, atMs)
      return flat
    },
    unpack: (packed) => {
      const weights = new Map<string, Decayed>()
      const flat = packed as readonly (string | number)[]
      for (let index = 0; index < flat.length; index += 3)
        weights.set(String(flat[index]), [Number(flat[index + 1]), Number(flat[index + 2])])
      return weights
    },
  }
}

/** A state a day, so that a window is the sum of its days; days before `oldestDay` are let go when packed. */
export function keepByDay<State>(inner: Keeper<State>): Keeper<Map<number, State>> {
  const into = (tiles: Map<number, State>, day: number, change: (state: State) => State) =>
    tiles.set(day, change(tiles.get(day) ?? inner.empty()))
  return {
    empty: () => new Map(),
    add: (tiles, unit) => into(tiles, unit.day, (state) => inner.add(state, unit)),
    merge: (one, other) =>
      [...other].reduce((tiles, [day, state]) => into(tiles, day, (own) => inner.merge(own, state)), one),
    pack: (tiles) => {
      const flat: Packed[] = []
      for (const [day, state] of tiles) flat.push(day, inner.pack(state))
      return flat
    },
    unpack: (packed) =>
      new Map(pairUp(packed as readonly Packed[]).map(([day, state]) => [Number(day), inner.unpack(state)])),
  }
}

function flatten(counts: ReadonlyMap<string, number>): Packed {
  const flat: Packed[] = []
  for (const [key, count] of counts) flat.push(key, count)
  return flat
}

/** Neighbours of a flat list as pairs. */
function pairUp(flat: readonly Packed[]): [Packed, Packed][] {
  const pairs: [Packed, Packed][] = []
  for (let index = 0; index + 1 < flat.length; index += 2)
    pairs.push([flat[index] as Packed, flat[index + 1] as Packed])
  return pairs
}
