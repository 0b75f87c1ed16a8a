import type { KeyValueStore, Table } from '../../kv/key-value-store.ts'
import { kindOf, type Node, pairOf } from '../pair-facts.ts'
import type { FactStore } from './fact-store.ts'

/** A user was seen on a device at that moment. */
type Sighting = { readonly user: Node; readonly atMs: number }
export type DeviceAndUser = { readonly device: Node; readonly user: Node }
type MinuteTimes = readonly [firstMs: number, lastMs: number]
type SightingKey = [device: Node, minute: number, user: Node]

/**
 * When users were seen on devices, in LMDB: of each minute the first and the last time, so that a day on the shop's pages
 * is a few entries and the order of learning does not matter. What a split undid is passed over. Changes belong into
 * `KeyValueStore.transact`.
 */
export type SightingStore = {
  /** Of the minute that holds `atMs`; undefined when the user was not seen in it. */
  minute(pair: DeviceAndUser, atMs: number): MinuteTimes | undefined
  putMinute(pair: DeviceAndUser, times: MinuteTimes): void
  /** Users seen on the device after `fromMs`, in order of time, ties by user. */
  after(device: Node, fromMs: number): Iterable<Sighting>
  /** The last time before `atMs` at which a user was seen on the device. */
  previous(device: Node, atMs: number): number | undefined
}

const minuteMs = 60_000
/** Before and after any time that a column can hold. */
const [minMinute, maxMinute] = [-1e9, 1e9]
const lastNode = '\uffff'

export function openSightingStore(store: KeyValueStore, facts: FactStore): SightingStore {
  const seen: Table<MinuteTimes> = store.table('identity_sightings', { values: 'json', keys: 'ordered' })
  const keyOf = ({ device, user }: DeviceAndUser, atMs: number) => [device, minuteOf(atMs), user]
  function* minutes(device: Node, fromMs: number): Generator<readonly [SightingKey, readonly number[]]> {
    const splits = createSplitReader(device, facts)
    const range = { start: [device, minuteOf(fromMs)], end: [device, maxMinute] }
    for (const { key, value } of seen.entries(range)) {
      const [, , user] = key as SightingKey
      yield [key as SightingKey, value.filter((atMs) => atMs > fromMs && atMs > splits(user))]
    }
  }
  return {
    minute: (pair, atMs) => seen.get(keyOf(pair, atMs)),
    putMinute: (pair, times) => seen.put(keyOf(pair, times[0]), times),
    *after(device, fromMs) {
      let held: Sighting[] = []
      let heldMinute = minMinute
      for (const [[, minute, user], times] of minutes(device, fromMs)) {
        if (minute !== heldMinute) {
          yield* inOrder(held)
          held = []
          heldMinute = minute
        }
        for (const atMs of new Set(times)) held.push({ user, atMs })
      }
      yield* inOrder(held)
    },
    previous(device, atMs) {
      const splits = createSplitReader(device, facts)
      let latest: number | undefined
      let latestMinute: number | undefined
      const range = { start: [device, minuteOf(atMs), lastNode], end: [device, minMinute], reverse: true }
      for (const { key, value } of seen.entries(range)) {
        const [, minute, user] = key as SightingKey
        if (latestMinute !== undefined && minute !== latestMinute) break
        for (const time of value) {
          if (time >= atMs || time <= splits(user) || time < (latest ?? time)) continue
          latest = time
          latestMinute = minute
        }
      }
      return latest
    },
  }
}

/** The time up to which sightings of a user on the device count no more. */
function createSplitReader(device: Node, facts: FactStore): (user: Node) => number {
  const known = new Map<Node, number>()
  return (user) => {
    const splitMs = known.get(user) ?? facts.facts(pairOf(device, user))?.splitMs ?? Number.NEGATIVE_INFINITY
    known.set(user, splitMs)
    return splitMs
  }
}

export function minuteOf(atMs: number): number {
  return Math.floor(atMs / minuteMs)
}

function inOrder(sightings: Sighting[]): Sighting[] {
  return sightings.sort((a, b) => a.atMs - b.atMs || (a.user < b.user ? -1 : 1))
}

/**
 * A pair of a user and a browser tells when the user was on it; undefined for other pairs. Events are known by their
 * browser, never by `device_id` alone.
 */
export function deviceAndUser(first: Node, second: Node): DeviceAndUser | undefined {
  if (kindOf(first) === 'anonymous_id' && kindOf(second) === 'user_id') return { device: first, user: second }
  if (kindOf(second) === 'anonymous_id' && kindOf(first) === 'user_id') return { device: second, user: first }
  return undefined
}
