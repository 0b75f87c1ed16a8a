import type { Random } from '../math/random.ts'
import { saleCoupon } from './calendar.ts'
import { chooseOne, entryAt } from './choose.ts'
import type { Device } from './device.ts'
import { describePerson } from './person.ts'
import { buildCall, type CallBody, library, receivedMs, type Sender } from './segment-call.ts'
import type { Arrival, Place, ShopWorld } from './shop-world.ts'
import { chooseDevice, type Shopper } from './shopper.ts'
import type { ShopperState } from './shopper-state.ts'
import { places } from './words/people-words.ts'

/** A visit that is going on: time passes in it and calls are sent from it. */
export type Visit = {
  readonly world: ShopWorld
  readonly shopper: Shopper
  readonly state: ShopperState
  readonly random: Random
  readonly place: Place
  /** The coupon of the day's sale, if there is one. */
  readonly saleCode: string | undefined
  now(): number
  /** Lets a random time between the two pass; a visit never lasts longer than 50 minutes. */
  wait(leastMs: number, mostMs: number): void
  open(url: string): void
  send(body: CallBody, order?: Arrival['order']): void
  /** Who it is, as the shop's own server knows: the account, or else the device. */
  identity(): Pick<Sender, 'userId' | 'anonymousId'>
  /** Signs up or in on this device, if the shopper is somebody who does. */
  identify(): void
}

const longestVisitMs = 50 * 60_000

/** Starts a visit on one of the shopper's devices. */
export function openVisit(world: ShopWorld, state: ShopperState, startMs: number, place: Place): Visit {
  const { shopper } = state
  const random = world.random.fork(`visit/${shopper.index}/${state.visitCount}`)
  const device = chooseDevice(shopper, random)
  const deviceBit = 1 << shopper.devices.indexOf(device)
  const base = describeContext(shopper, device, state.visitCount, random)
  let sender: Sender = {
    anonymousId: device.anonymousId,
    userId: state.isRegistered && (state.loggedInDevices & deviceBit) !== 0 ? shopper.userId : undefined,
    context: { ...base, page: { url: 'https://shop.example/' } },
    clockSkewMs: device.clockSkewMs,
    waitMs: 100 + random.integer(2900),
    transitMs: 30 + random.integer(270),
  }
  let atMs = startMs
  const wait: Visit['wait'] = (leastMs, mostMs) => {
    const untilMs = atMs + Math.round(leastMs + random.next() * (mostMs - leastMs))
    atMs = Math.min(startMs + longestVisitMs, untilMs)
  }
  const send: Visit['send'] = (body, order) => {
    const call = buildCall(body, sender, atMs, random)
    const arrival = { receivedAtMs: receivedMs(sender, atMs), origin: 'shopper', call } as const
    place(order ? { ...arrival, order } : arrival)
  }
  return {
    world,
    shopper,
    state,
    random,
    place,
    saleCode: saleCoupon(startMs, shopper.region),
    now: () => atMs,
    wait,
    open: (url) => {
      sender = { ...sender, context: { ...base, page: { url } } }
    },
    send,
    identity: () =>
      sender.userId === undefined
        ? { userId: undefined, anonymousId: sender.anonymousId }
        : { userId: sender.userId, anonymousId: undefined },
    identify: () => {
      if (sender.userId !== undefined || shopper.registersAtVisit === undefined) return
      sender = { ...sender, userId: shopper.userId }
      send({ type: 'identify', traits: describePerson(shopper.person, state.registeredAtMs ?? atMs) })
      send({ type: 'track', event: state.isRegistered ? 'Signed In' : 'Signed Up', properties: {} })
      state.registeredAtMs ??= atMs
      state.isRegistered = true
      state.loggedInDevices |= deviceBit
      wait(1000, 4000)
    },
  }
}

const campaigns = {
  china: ['wechat', 'xiaohongshu', 'baidu', 'douyin'],
  west: ['google', 'instagram', 'newsletter', 'bing'],
} as const

function describeContext(
  shopper: Shopper,
  device: Device,
  visitCount: number,
  random: Random,
): Readonly<Record<string, unknown>> {
  const isCampaign = random.next() < (visitCount === 0 ? 0.6 : 0.12)
  return {
    library,
    userAgent: device.userAgent,
    locale: shopper.language === 'zh' ? 'zh-CN' : 'en-GB',
    timezone: entryAt(places, shopper.placeIndex).timezone,
    device: { type: device.kind },
    ...(isCampaign && { campaign: { source: chooseOne(campaigns[shopper.region], random), medium: 'cpc' } }),
  }
}
