const dayMs = 86_400_000

/** Minutes east of Greenwich at a moment, in milliseconds. */
function offsetMs(atMs: number, timeZone: string): number {
  const wholeSecond = Math.floor(atMs / 1000) * 1000
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
  const part = Object.fromEntries(
    format.formatToParts(wholeSecond).map(({ type, value }) => [type, Number(value)]),
  )
  const { year = 0, month = 0, day = 0, hour, minute, second } = part
  return Date.UTC(year, month - 1, day, hour, minute, second) - wholeSecond
}

/** Days since 1970 on the wall calendar. */
export function localDay(atMs: number, timeZone: string): number {
  return Math.floor((atMs + offsetMs(atMs, timeZone)) / dayMs)
}

/** Hour on the wall clock, 0 to 23. */
export function localHour(atMs: number, timeZone: string): number {
  return Math.floor(((((atMs + offsetMs(atMs, timeZone)) % dayMs) + dayMs) % dayMs) / 3_600_000)
}

/** The moment at which a day of the wall calendar begins. */
export function localMidnightMs(day: number, timeZone: string): number {
  const guess = day * dayMs
  // Twice, since the offset at the guess may be that of the day before or after a change of the clocks.
  const once = guess - offsetMs(guess, timeZone)
  return guess - offsetMs(once, timeZone)
}
