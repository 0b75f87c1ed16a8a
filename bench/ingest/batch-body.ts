import { randomFillSync } from 'node:crypto'

/** How message ids look: Segment's libraries put the time before a random id, RudderStack's send a random id alone. */
export const idShapes = ['segment', 'random'] as const
export type IdShape = (typeof idShapes)[number]

const idLength = 36
const kinds = ['Product Viewed', 'Product List Viewed', 'Product Added', 'Products Searched'] as const
const browser =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36'

export type BatchBody = {
  readonly bytes: Buffer
  /** Gives every call a new id and the batch the present time; answers the ids when asked to. */
  renew(nowMs: number, wantsIds?: boolean): readonly string[]
}

/**
 * The body of one batch as a shop's site sends it, about 600 bytes a call, made once and changed in place, so that the
 * load generator takes little of the processor it shares with the server.
 */
export function createBatchBody(size: number, shape: IdShape, shopperOffset: number): BatchBody {
  const prefix = shape === 'segment' ? 'ajs-next-0000000000000-' : ''
  const batch = Array.from({ length: size }, (_, index) => buildCall(index + shopperOffset, prefix))
  const bytes = Buffer.from(JSON.stringify({ batch, sentAt: new Date(0).toISOString() }))
  const idStarts = findAll(bytes, '"messageId":"').map((start) => start + prefix.length)
  const timeStarts = shape === 'segment' ? idStarts.map((start) => start - 14) : []
  const isoStarts = [...findAll(bytes, '"timestamp":"'), ...findAll(bytes, '"sentAt":"')]
  const random = Buffer.alloc(18 * size)
  return {
    bytes,
    renew(nowMs, wantsIds = false) {
      const iso = new Date(nowMs).toISOString()
      for (const start of isoStarts) bytes.write(iso, start, 'latin1')
      for (const start of timeStarts) bytes.write(String(nowMs), start, 'latin1')
      randomFillSync(random)
      for (const [index, start] of idStarts.entries()) {
        bytes.write(random.toString('hex', index * 18, index * 18 + 18), start, 'latin1')
      }
      const read = (start: number) => bytes.toString('latin1', start - prefix.length, start + idLength)
      return wantsIds ? idStarts.map(read) : []
    },
  }
}

function buildCall(index: number, prefix: string): object {
  const shopper = index % 20_000
  const event = kinds[index % kinds.length] ?? kinds[0]
  return {
    type: 'track',
    event,
    messageId: `${prefix}${'0'.repeat(idLength)}`,
    // Every fifth is logged in; some on a device that others use, too.
    anonymousId: shopper % 100 === 0 ? `kiosk-${shopper % 700}` : `device-${shopper}`,
    ...(shopper % 5 === 0 && { userId: `user-${shopper}` }),
    timestamp: new Date(0).toISOString(),
    context: {
      library: { name: 'analytics.js', version: 'npm:next-1.84.3' },
      userAgent: browser,
      locale: 'en-GB',
      page: { path: `/p/${index % 900}`, url: `https://shop.example/p/${index % 900}`, title: 'A thing' },
    },
    integrations: {},
    properties: {
      product_id: `p-${index % 900}`,
      name: `Thing ${index % 900}`,
      category: 'Toys > Wooden',
      price: 12.5 + (index % 40),
      currency: 'EUR',
      quantity: 1,
      position: index % 24,
      query: event === 'Products Searched' ? 'wooden train' : undefined,
    },
  }
}

function findAll(bytes: Buffer, text: string): number[] {
  const found: number[] = []
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) found.push(at + text.length)
  return found
}
