import fc from 'fast-check'
import { eventKinds, lineTypes } from '../../core/event.ts'
import { makeLine, type TestLine } from './test-history.ts'

const zones = ['Europe/London', 'Asia/Shanghai', 'America/New_York', 'UTC']
/** Cuts around the changes of the clocks of 2011 and an ordinary noon. */
const cuts = [
  '2011-03-27T00:30:00Z',
  '2011-03-28T22:00:00Z',
  '2011-11-06T05:59:59.999Z',
  '2011-06-12T12:00:00Z',
]
const minuteMs = 60_000

export type History = {
  readonly asOfMs: number
  readonly timeZone: string
  readonly lines: readonly TestLine[]
}

/** A line some weeks before a cut, or shortly after it. */
export function arbitraryLine(cutMs: number): fc.Arbitrary<TestLine> {
  // Whole hours before the cut hit midnights; the last few lie after it.
  const minutesBefore = fc.oneof(
    fc.integer({ min: -5000, max: 60_000 }),
    fc.integer({ min: -50, max: 1500 }).map((hour) => hour * 60),
    fc.integer({ min: 0, max: 300_000 }),
  )
  return fc
    .record({
      profileId: fc
        .integer({ min: 1, max: 12 })
        .map((place) => (place === 1 ? 'ann' : place === 2 ? 'bob' : `p${place}`)),
      minutesBefore,
      isSharp: fc.boolean(),
      kind: fc.oneof(
        fc.constantFrom('purchase', 'refund', 'view', 'cart_add'),
        fc.constantFrom(...eventKinds),
      ),
      lineType: fc.oneof(fc.constant('product' as const), fc.constantFrom(...lineTypes)),
      lineIndex: fc.constantFrom(0, 0, 1),
      name: fc.constantFrom('Page Left', 'Product Viewed', ''),
      source: fc.constantFrom('', 'web', 'app', 'till'),
      sessionId: fc.constantFrom('', '', 's1', 's2', 's3'),
      orderId: fc.constantFrom('', 'o1', 'o2', 'o3', 'o4', 'o5'),
      itemId: fc.constantFrom('', 'cup', 'mug', 'lamp', 'bag', 'unlisted', '__proto__', '电饭煲'),
      quantity: fc.integer({ min: 1, max: 9 }),
      price: fc.integer({ min: 0, max: 3000 }).map((cents) => cents / 100),
      country: fc.constantFrom('', 'France', 'Iceland', '冰岛'),
      dwellMs: fc.constantFrom(0, 500, 61_000),
      rating: fc.integer({ min: 0, max: 5 }),
      coupon: fc.constantFrom('', '', 'SPRING'),
      textTopic: fc.constantFrom('', '', 'cup mug', 'lamp light', 'a topic of another model'),
      sentiment: fc.constantFrom(Number.NaN, Number.NaN, 0.5, -1, 0),
      marks: fc.constantFrom([], [], [], [], ['bot'], ['outlier_price']),
    } as const)
    .map(({ minutesBefore: minutes, isSharp, ...line }) =>
      makeLine({ ...line, atMs: Math.floor(cutMs / 1000) * 1000 - minutes * minuteMs - (isSharp ? 0 : 1) }),
    )
}

/** Up to 300 lines of twelve people around a cut in one of four zones. */
export const arbitraryHistory: fc.Arbitrary<History> = fc
  .record({ cut: fc.constantFrom(...cuts), timeZone: fc.constantFrom(...zones) })
  .chain(({ cut, timeZone }) => {
    const asOfMs = Date.parse(cut)
    const lines = fc
      .array(arbitraryLine(asOfMs), { maxLength: 300, minLength: 1, size: 'max' })
      .map((all) => all.map((line, index) => ({ ...line, eventId: `event-${index}` })))
    return fc.record({ asOfMs: fc.constant(asOfMs), timeZone: fc.constant(timeZone), lines })
  })
