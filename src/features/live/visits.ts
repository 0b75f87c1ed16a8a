import { hashTerm } from '../../text/hash-term.ts'
import type { Measure } from '../feature.ts'
import type { FeatureLine } from '../feature-line.ts'
import type { Calendar } from './calendar.ts'
import type { Packed } from './keeper.ts'
import type { Unit } from './unit.ts'

/** What is kept of one session, or of one day where the source knows no sessions. */
export type Visit = {
  readonly firstMs: number
  readonly lastMs: number
  readonly eventCount: number
  readonly cartCount: number
  readonly orderCount: number
}

export type Visits = Map<number, Visit>

/** Sessions are told apart by 53 bits of a hash of their id, days by negative numbers. */
function visitKeyOf(line: FeatureLine, calendar: Calendar): number {
  const { sessionId } = line
  if (sessionId === '') return -1 - Math.abs(calendar.dayOf(line.atMs))
  return hashTerm(sessionId, 1) * 2 ** 21 + (hashTerm(sessionId, 2) >>> 11)
}

export function addToVisits(visits: Visits, line: FeatureLine, calendar: Calendar): void {
  mergeVisit(visits, visitKeyOf(line, calendar), {
    firstMs: line.atMs,
    lastMs: line.atMs,
    eventCount: line.lineIndex === 0 ? 1 : 0,
    cartCount: line.kind === 'cart_add' ? 1 : 0,
    orderCount: line.kind === 'purchase' ? 1 : 0,
  })
}

export function mergeVisits(one: Visits, other: Visits): Visits {
  for (const [key, visit] of other) mergeVisit(one, key, visit)
  return one
}

function mergeVisit(visits: Visits, key: number, more: Visit): void {
  const known = visits.get(key)
  if (known === undefined) visits.set(key, more)
  else
    visits.set(key, {
      firstMs: Math.min(known.firstMs, more.firstMs),
      lastMs: Math.max(known.lastMs, more.lastMs),
      eventCount: known.eventCount + more.eventCount,
      cartCount: known.cartCount + more.cartCount,
      orderCount: known.orderCount + more.orderCount,
    })
}

export function packVisits(visits: Visits): Packed {
  const flat: number[] = []
  for (const [key, { firstMs, lastMs, eventCount, cartCount, orderCount }] of visits)
    flat.push(key, firstMs, lastMs - firstMs, eventCount, cartCount, orderCount)
  return flat
}

export function unpackVisits(packed: Packed): Visits {
  const flat = packed as readonly number[]
  const visits: Visits = new Map()
  const at = (index: number) => flat[index] ?? 0
  for (let index = 0; index < flat.length; index += 6)
    visits.set(at(index), {
      firstMs: at(index + 1),
      lastMs: at(index + 1) + at(index + 2),
      eventCount: at(index + 3),
      cartCount: at(index + 4),
      orderCount: at(index + 5),
    })
  return visits
}

export function visitUnit(visit: Visit, calendar: Calendar): Unit {
  return {
    atMs: visit.firstMs,
    day: calendar.dayOf(visit.firstMs),
    itemId: '',
    country: '',
    source: '',
    textTopic: '',
    measure: (of) => measureVisit(visit, of),
  }
}

function measureVisit(visit: Visit, of: Measure): number {
  switch (of) {
    case 'visit_seconds':
      return (visit.lastMs - visit.firstMs) / 1000
    case 'visit_events':
      return visit.eventCount
    case 'visit_bounced':
      return visit.eventCount === 1 ? 1 : 0
    case 'visit_carted':
      return visit.cartCount > 0 ? 1 : 0
    case 'visit_ordered':
      return visit.orderCount > 0 ? 1 : 0
    case 'visit_abandoned':
      return visit.cartCount > 0 && visit.orderCount === 0 ? 1 : 0
    default:
      return Number.NaN
  }
}
