import type { EventLine } from '../core/event.ts'
import type { KeyValueStore, Table } from '../kv/key-value-store.ts'

/** More events of one device within a minute than a person makes; file imports hold to the same number. */
export const botEventsPerMinute = 40

const minuteMs = 60_000
/** Devices whose last minutes are remembered; the longest silent are forgotten first. */
const maxDevices = 50_000

type Minute = { start: number; count: number }
/** Minutes counted from :00 and from :30, so that a burst is not halved by the clock. */
type Pace = { readonly full: Minute; readonly half: Minute; lastEventId: string }

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
      for (const { anonymousId, eventId, atMs } of lines) {
        if (anonymousId === '' || found.has(anonymousId)) continue
        const pace = paceOf(paces, anonymousId)
        if (pace.lastEventId === eventId) continue
        pace.lastEventId = eventId
        const isFast = [count(pace.full, atMs, 0), count(pace.half, atMs, minuteMs / 2)].some(
          (events) => events >= botEventsPerMinute,
        )
        if (isFast) found.set(anonymousId, atMs)
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
  const pace = known ?? { full: { start: 0, count: 0 }, half: { start: 0, count: 0 }, lastEventId: '' }
  if (known !== undefined) paces.delete(anonymousId)
  else if (paces.size >= maxDevices) {
    const [longestSilent] = paces.keys()
    if (longestSilent !== undefined) paces.delete(longestSilent)
  }
  paces.set(anonymousId, pace)
  return pace
}

/** Events of the minute that holds `atMs`; an event of an earlier minute, come late, is not counted. */
function count(minute: Minute, atMs: number, offsetMs: number): number {
  const start = Math.floor((atMs + offsetMs) / minuteMs)
  if (start > minute.start) {
    minute.start = start
    minute.count = 0
  }
  if (start === minute.start) minute.count += 1
  return minute.count
}
