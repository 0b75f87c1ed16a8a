const dayMs = 86_400_000
const hourMs = 3_600_000
/** Offsets change on a quarter of an hour. */
const stepMs = 900_000
/** Years of days; then it begins anew. */
const keptDays = 20_000

/** The wall calendar of a time zone. */
export type Calendar = {
  /** Days since 1970-01-01. */
  dayOf(atMs: number): number
  /** 0 … 23. */
  hourOf(atMs: number): number
  /** 1 Monday … 7 Sunday. */
  weekdayOf(atMs: number): number
}

/** The offset of a day of Greenwich is asked once, and once a quarter of an hour on the days on which it changes. */
export function createCalendar(timeZone: string): Calendar {
  const readOffset = createOffsetReader(timeZone)
  const known = new Map<number, number | undefined>()
  const changing = new Map<number, number>()
  const offsetOf = (atMs: number): number => {
    const day = Math.floor(atMs / dayMs)
    if (!known.has(day)) {
      if (known.size >= keptDays) known.clear()
      const [first, last] = [readOffset(day * dayMs), readOffset((day + 1) * dayMs)]
      known.set(day, first === last ? first : undefined)
    }
    const offset = known.get(day)
    if (offset !== undefined) return offset
    const step = Math.floor(atMs / stepMs)
    const exact = changing.get(step) ?? readOffset(step * stepMs)
    changing.set(step, exact)
    return exact
  }
  const dayOf = (atMs: number) => Math.floor((atMs + offsetOf(atMs)) / dayMs)
  return {
    dayOf,
    hourOf: (atMs) => {
      const local = atMs + offsetOf(atMs)
      return Math.floor((local - Math.floor(local / dayMs) * dayMs) / hourMs)
    },
    // 1970-01-01 was a Thursday.
    weekdayOf: (atMs) => ((((dayOf(atMs) + 3) % 7) + 7) % 7) + 1,
  }
}

/** Milliseconds east of Greenwich. */
function createOffsetReader(timeZone: string): (atMs: number) => number {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  return (atMs) => {
    const wholeSecond = Math.floor(atMs / 1000) * 1000
    const parts = format.formatToParts(wholeSecond)
    const part = Object.fromEntries(parts.map(({ type, value }) => [type, Number(value)]))
    const { year = 0, month = 0, day = 0, hour, minute, second } = part
    return Date.UTC(year, month - 1, day, hour, minute, second) - wholeSecond
  }
}
