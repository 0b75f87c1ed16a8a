import type { EventKind, EventLine } from '../../core/event.ts'
import type { KeyValueStore, Table } from '../../kv/key-value-store.ts'

/** More events of one device within a minute than a person makes; file imports hold to the same number. */
export const botEventsPerMinute = 40

/** What a page tells by itself while a person looks at it is no sign of haste; file imports leave out the same. */
const unhurriedKinds: ReadonlySet<string> = new Set<EventKind>(['impression', 'custom'])

const halfMinuteMs = 30_000
/** Devices whose last minutes are remembered; the longest silent are forgotten first. */
const maxDevices = 50_000

/**
 * Events by half minute, of the half minutes last heard of: a minute is two that follow each other, so that a burst is
 * not halved by the clock.
 */
type Pace = { readonly halves: Map<number, number>; lastEventId: string }
/** Calls that waited on a device come in any order, of some minutes at a time. */
const heldHalves = 12

/** Tells devices that act faster than people. One that was told stays told. */
export type Rhythm = {
  /** Counts the events; devices that are found out are remembered by `remember`. */
  watch(lines: readonly EventLine[]): void
  isBot(anonymousId: string): boolean
  /** Puts the devices found out since the last time; to be called inside `KeyValueStore.write`. */
  remember(): void
}

export function openRhythm(store: KeyValueStore): Rhythm {
  const table: Table<number> = store.table('bot_devices', { values: 'json', keys: 'ordered' })
  const paces = new Map<string, Pace>()
  const found = new Map<string, number>()
  return {
    watch(lines) {
      for (const { anonymousId, eventId, kind, atMs } of lines) {
        if (anonymousId === '' || found.has(anonymousId) || unhurriedKinds.has(kind)) continue
        const pace = paceOf(paces, anonymousId)
        if (pace.lastEventId === eventId) continue
        pace.lastEventId = eventId
        if (countMinute(pace.halves, atMs) >= botEventsPerMinute) found.set(anonymousId, atMs)
      }
    },
    isBot: (anonymousId) => found.has(anonymousId) || (anonymousId !== '' && table.has(anonymousId)),
    remember() {
      for (const [anonymousId, atMs] of found) table.put(anonymousId, atMs)
      found.clear()
    },
  }
}

function paceOf(paces: Map<string, Pace>, anonymousId: string): Pace {
  const known = paces.get(anonymousId)
  const pace = known ?? { halves: new Map(), lastEventId: '' }
  if (known !== undefined) paces.delete(anonymousId)
  else if (paces.size >= maxDevices) {
    const [longestSilent] = paces.keys()
    if (longestSilent !== undefined) paces.delete(longestSilent)
  }
  paces.set(anonymousId, pace)
  return pace
}

/** Counts the event; the most events of a minute that holds it. */
function countMinute(halves: Pace['halves'], atMs: number): number {
  const half = Math.floor(atMs / halfMinuteMs)
  const own = (halves.get(half) ?? 0) + 1
  if (own === 1 && halves.size >= heldHalves) {
    const [oldest] = halves.keys()
    if (oldest !== undefined) halves.delete(oldest)
  }
  halves.set(half, own)
  return own + Math.max(halves.get(half - 1) ?? 0, halves.get(half + 1) ?? 0)
}
