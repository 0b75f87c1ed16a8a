import type { TasteGroup } from './taste-groups.ts'

export const hourMs = 3_600_000
export const dayMs = 24 * hourMs
export const yearMs = 365.25 * dayMs

/** Shopping festivals differ between Chinese shoppers and the others. */
export type Region = 'china' | 'west'

/**
 * How busy the shop is beside an ordinary day: Christmas, 11.11 and 6.18 in China with the days before them, the
 * days from Black Friday to Cyber Monday elsewhere, a quiet late January and February.
 */
function seasonFactor(atMs: number, region: Region): number {
  const date = new Date(atMs)
  const [month, day] = [date.getUTCMonth() + 1, date.getUTCDate()]
  const base = yearly(month, day)
  if (region === 'china') return base * chineseFestivals(month, day)
  const fromBlackFriday = day - fourthFriday(date.getUTCFullYear())
  const isSale = month === 11 && fromBlackFriday >= 0 && fromBlackFriday <= 3
  return base * (isSale ? (fromBlackFriday === 0 ? 3 : 2) : 1)
}

/** The code of the sale on that day; undefined on ordinary days. */
export function saleCoupon(atMs: number, region: Region): string | undefined {
  if (seasonFactor(atMs, region) < 1.5) return undefined
  const month = new Date(atMs).getUTCMonth() + 1
  if (region === 'west') return month === 11 ? 'BLACKFRIDAY' : undefined
  return month === 6 ? 'MID618' : month === 11 ? 'DOUBLE11' : undefined
}

/** Interest in a broad category in a month beside its yearly mean. */
export function departmentSeason(
  department: { readonly peakMonth: number; readonly swing: number },
  atMs: number,
): number {
  const date = new Date(atMs)
  const month = date.getUTCMonth() + 1 + date.getUTCDate() / 31
  return 1 + department.swing * Math.cos(((month - department.peakMonth - 0.5) * Math.PI) / 6)
}

/**
 * The expected visits of a unit-rate shopper from the first day to the start of each day (mean 1 a day): drawing
 * waiting times on this curve gives seasons and weekdays without rejecting any draw.
 */
export function buildClock(
  options: { readonly startMs: number; readonly dayCount: number },
  group: TasteGroup,
  region: Region,
): Float64Array {
  const factors = Array.from({ length: options.dayCount }, (_, day) => {
    const atMs = options.startMs + day * dayMs
    const weekday = new Date(atMs).getUTCDay()
    const isWeekend = weekday === 0 || weekday === 6
    return seasonFactor(atMs, region) * (isWeekend ? group.weekendFactor : 1)
  })
  const mean = factors.reduce((sum, factor) => sum + factor, 0) / options.dayCount
  const clock = new Float64Array(options.dayCount + 1)
  factors.forEach((factor, day) => {
    clock[day + 1] = (clock[day] ?? 0) + factor / mean
  })
  return clock
}

function yearly(month: number, day: number): number {
  if (month === 12) return day <= 20 ? 1.3 : 0.9
  if (month === 2 || (month === 1 && day > 20)) return 0.8
  return month === 11 ? 1.1 : 1
}

function chineseFestivals(month: number, day: number): number {
  if (month === 11 && day <= 11) return day === 11 ? 3.2 : day >= 8 ? 1.8 : 1.2
  if (month === 6 && day <= 18) return day === 18 ? 2.6 : day >= 15 ? 1.7 : 1.1
  return 1
}

/** Of November. */
function fourthFriday(year: number): number {
  const firstWeekday = new Date(Date.UTC(year, 10, 1)).getUTCDay()
  return 1 + ((5 - firstWeekday + 7) % 7) + 21
}
