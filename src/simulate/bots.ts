import { dayMs, hourMs } from './calendar.ts'
import { itemUrl } from './catalogue.ts'
import { chooseOne, drawUuid, entryAt } from './choose.ts'
import { describeProduct } from './product.ts'
import { buildCall, library, receivedMs, type Sender } from './segment-call.ts'
import type { Place, ShopWorld } from './shop-world.ts'
import { browsers, crawlers } from './words/browsers.ts'

/** A machine that reads the shop every 30 days. Two in three say so; the third looks like a browser. */
type Bot = {
  readonly index: number
  /** A crawler names itself and keeps no cookie; a scraper has one id a run and an inhuman rhythm. */
  readonly kind: 'crawler' | 'scraper'
  readonly userAgent: string
}

const botPeriodDays = 30
const botCallsPerRun = 60

function createBot(index: number, world: Pick<ShopWorld, 'random'>): Bot {
  const random = world.random.fork(`bot/${index}`)
  const kind = index % 3 === 2 ? 'scraper' : 'crawler'
  return { index, kind, userAgent: chooseOne(kind === 'scraper' ? browsers.desktop : crawlers, random) }
}

/** Sends the calls of all bots that run on that day (counted from the first). */
export function runBots(world: ShopWorld, day: number, place: Place): void {
  for (let index = 0; index < world.options.botCount; index++) {
    if ((day + index * 7) % botPeriodDays === 0) runBot(world, createBot(index, world), day, place)
  }
}

function runBot(world: ShopWorld, bot: Bot, day: number, place: Place): void {
  const random = world.random.fork(`bot/${bot.index}/${day}`)
  const runId = drawUuid(random)
  let atMs = world.options.startMs + day * dayMs + random.integer(23 * hourMs)
  for (let count = 0; count < botCallsPerRun; count++) {
    const item = entryAt(world.items, random.integer(world.items.length))
    const sender: Sender = {
      anonymousId: bot.kind === 'scraper' ? runId : drawUuid(random),
      userId: undefined,
      context: {
        library,
        userAgent: bot.userAgent,
        page: { url: itemUrl(item) },
      },
      clockSkewMs: 0,
      waitMs: 100,
      transitMs: 20,
    }
    const body = { type: 'track', event: 'Product Viewed', properties: describeProduct(item) } as const
    const call = buildCall(body, sender, atMs, random)
    place({ receivedAtMs: receivedMs(sender, atMs), origin: bot.kind, call })
    atMs += 400 + random.integer(800)
  }
}
