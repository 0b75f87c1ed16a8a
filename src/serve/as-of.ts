import { AppError } from '../core/errors.ts'
import type { Bilingual } from '../core/language.ts'

const form = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?))?(Z|[+-]\d{2}:\d{2})?$/

/**
 * The moment that `--as-of` names. A day alone is its first instant; a time without a zone is the shop's.
 * @throws AppError 'bad_usage' for what is no such moment, and for one that lies ahead of `nowMs`.
 */
export function parseAsOf(
  text: string,
  { timeZone, nowMs }: { readonly timeZone: string; readonly nowMs: number },
): number {
  const [, day = '', time = '00:00', zone] = form.exec(text.trim()) ?? []
  const asUtcMs = Date.parse(`${day}T${time}${zone ?? 'Z'}`)
  if (!isDay(day) || Number.isNaN(asUtcMs))
    throw refuse(text, { en: 'the cut is no date', zh: '截点不是日期' })
  const atMs = zone === undefined ? fromLocal(asUtcMs, timeZone) : asUtcMs
  if (atMs > nowMs) throw refuse(text, { en: 'the cut lies in the future', zh: '截点在未来' })
  return atMs
}

/** `Date.parse` takes the 31st of February for the 3rd of March. */
function isDay(day: string): boolean {
  const atMs = Date.parse(`${day}T00:00Z`)
  return !Number.isNaN(atMs) && new Date(atMs).toISOString().startsWith(day)
}

/** The moment at which clocks of the zone show what the argument shows in UTC. */
function fromLocal(wallMs: number, timeZone: string): number {
  const near = wallMs - offsetMs(wallMs, timeZone)
  // Near a change of clocks the first offset may be the wrong side's.
  return wallMs - offsetMs(near, timeZone)
}

function offsetMs(atMs: number, timeZone: string): number {
  const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
  const name = format.formatToParts(atMs).find((part) => part.type === 'timeZoneName')?.value ?? ''
  const [, sign, hours = '0', minutes = '0'] = /([+-])(\d{2}):(\d{2})/.exec(name) ?? []
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000
}

function refuse(received: string, text: Bilingual): AppError {
  const expected = '2011-09-10, 2011-09-10T08:30, 2011-09-10T08:30:00Z'
  return new AppError('bad_usage', text, { where: '--as-of', expected, received })
}
