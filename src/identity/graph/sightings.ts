import type { KeyValueStore, Table } from '../../kv/key-value-store.ts'
import { isWeak } from '../identity-settings.ts'
import { kindOf, type Node } from '../pair-facts.ts'

/** A user was seen on a device at that moment. */
export type Sighting = { readonly user: Node; readonly atMs: number }
export type DeviceAndUser = { readonly device: Node; readonly user: Node }
type MinuteTimes = readonly [firstMs: number, lastMs: number]
type SightingKey = [device: Node, minute: number, user: Node]

/**
 * When users were seen on devices, in LMDB: of each minute the first and the last time, so that a day on the shop's pages
 * is a few entries and the order of learning does not matter. Changes belong into `KeyValueStore.transact`.
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

export function openSightingStore(store: KeyValueStore): SightingStore {
  const seen: Table<MinuteTimes> = store.table('identity_sightings', { values: 'json', keys: 'ordered' })
  const keyOf = ({ device, user }: DeviceAndUser, atMs: number) => [device, minuteOf(atMs), user]
  return {
    minute: (pair, atMs) => seen.get(keyOf(pair, atMs)),
    putMinute: (pair, times) => seen.put(keyOf(pair, times[0]), times),
    *after(device, fromMs) {
      let held: Sighting[] = []
      let heldMinute = minMinute
      for (const { key, value } of seen.entries({
        start: [device, minuteOf(fromMs)],
        end: [device, maxMinute],
      })) {
        const [, minute, user] = key as SightingKey
        if (minute !== heldMinute) {
          yield* inOrder(held)
          held = []
          heldMinute = minute
        }
        for (const atMs of new Set(value)) if (atMs > fromMs) held.push({ user, atMs })
      }
      yield* inOrder(held)
    },
    previous(device, atMs) {
      let latest: number | undefined
      let latestMinute: number | undefined
      const start = [device, minuteOf(atMs), lastNode]
      for (const { key, value } of seen.entries({ start, end: [device, minMinute], reverse: true })) {
        const [, minute] = key as SightingKey
        if (latestMinute !== undefined && minute !== latestMinute) break
        const before = value.filter((time) => time < atMs && time > (latest ?? Number.NEGATIVE_INFINITY))
        if (before.length === 0) continue
        latest = Math.max(...before)
        latestMinute = minute
      }
      return latest
    },
  }
}

export function minuteOf(atMs: number): number {
  return Math.floor(atMs / minuteMs)
}

function inOrder(sightings: Sighting[]): Sighting[] {
  return sightings.sort((a, b) => a.atMs - b.atMs || (a.user < b.user ? -1 : 1))
}

/** A pair of a user and a device tells when the user was on it; undefined for other pairs. */
export function deviceAndUser(first: Node, second: Node): DeviceAndUser | undefined {
  if (isWeak(kindOf(first)) && kindOf(second) === 'user_id') return { device: first, user: second }
  if (isWeak(kindOf(second)) && kindOf(first) === 'user_id') return { device: second, user: first }
  return undefined
}
