import type { Random } from '../math/random.ts'
import { hourMs } from './calendar.ts'
import { accumulate, chooseOne, drawUuid, firstAbove } from './choose.ts'
import { type SegmentCall, toIso } from './segment-call.ts'
import { type DirtRates, dirtKinds } from './shop-options.ts'
import type { Arrival, Place } from './shop-world.ts'

/**
 * Lets every clean arrival through and, at the planted rates, adds a spoilt copy of it. The clean calls stay as they
 * are, so the truth of orders and tastes is not touched by dirt. A copy has its own messageId, but for duplicates.
 */
export function createDirt(rates: DirtRates, random: Random, place: Place): Place {
  const kinds = dirtKinds.filter((kind) => kind !== 'broken_line')
  const thresholds = accumulate(kinds.map((kind) => rates[kind]))
  const total = thresholds.at(-1) ?? 0
  return (arrival) => {
    place(arrival)
    const draw = random.next()
    if (arrival.origin !== 'shopper' || draw >= total) return
    const kind = kinds[firstAbove(thresholds, draw)]
    const spoilt = kind && spoil[kind](arrival, random)
    if (spoilt && kind) place({ ...spoilt, origin: kind })
  }
}

type Spoil = (arrival: Arrival, random: Random) => Pick<Arrival, 'call' | 'receivedAtMs'> | undefined

/** Undefined when the call has nothing that could be spoilt in this way. */
const spoil: Readonly<Record<Exclude<keyof DirtRates, 'broken_line'>, Spoil>> = {
  duplicate: ({ call, receivedAtMs }, random) => {
    const delayMs = 1000 + random.integer(2 * hourMs)
    const sentAt = toIso(Date.parse(call.sentAt) + delayMs)
    return {
      receivedAtMs: receivedAtMs + delayMs,
      call: { ...call, sentAt, receivedAt: toIso(receivedAtMs + delayMs) },
    }
  },
  no_identity: ({ call, receivedAtMs }, random) => ({
    receivedAtMs,
    call: { ...renewed(call, random), userId: undefined, anonymousId: undefined },
  }),
  illegal_id: ({ call, receivedAtMs }, random) => ({
    receivedAtMs,
    call: { ...renewed(call, random), userId: chooseOne(refusedIds, random), anonymousId: undefined },
  }),
  time_future: ({ call, receivedAtMs }, random) => {
    const ahead = (time: string) => toIso(Date.parse(time) + clockErrorMs)
    const times = { timestamp: ahead(call.timestamp), originalTimestamp: ahead(call.originalTimestamp) }
    return { receivedAtMs, call: { ...renewed(call, random), ...times } }
  },
  bad_price: ({ call, receivedAtMs }, random) => {
    if (call.event !== 'Product Viewed' && call.event !== 'Product Added') return undefined
    const price = chooseOne(['N/A', 'free!', '??', 'twelve'], random)
    return {
      receivedAtMs,
      call: { ...renewed(call, random), properties: { ...call.properties, price } },
    }
  },
  no_event: ({ call, receivedAtMs }, random) =>
    call.type === 'track'
      ? { receivedAtMs, call: { ...renewed(call, random), event: undefined } }
      : undefined,
}

/** Forty years: ahead of any clock that reads the file. */
const clockErrorMs = 14_610 * 24 * hourMs

/** Ids that stand for nobody; the wire refuses them. */
const refusedIds = ['null', 'undefined', '0', 'guest', 'anonymous', '[object Object]', '00000000-0000']

function renewed(call: SegmentCall, random: Random): SegmentCall {
  return { ...call, messageId: `node-next-${Date.parse(call.originalTimestamp)}-${drawUuid(random)}` }
}
