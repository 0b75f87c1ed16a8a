import type { EventKind, EventLine } from '../../core/event.ts'
import type { CallHead } from './call-head.ts'
import { readEventBase } from './event-base.ts'
import { keepRest, type Rest } from './event-rest.ts'
import { type Fields, restOf, takeObjects } from './fields.ts'
import { readItemFacts } from './item-facts.ts'
import { isRanking, movesMoney, readGoods } from './line-goods.ts'
import { readOpinion } from './line-opinion.ts'
import { buildChargeLines, buildCouponLine, buildTotalLine } from './order-money.ts'
import type { ItemStatement, JsonObject } from './parsed-call.ts'

const productKeys = ['products', 'items']
const answerKeys = ['answers', 'responses']

type EventDraft = {
  readonly lines: readonly EventLine[]
  readonly items: readonly ItemStatement[]
  /** Why the call cannot be stored; empty when it can. */
  readonly problems: readonly string[]
}

/** An event while its lines are read. */
type Event = {
  readonly base: EventLine
  readonly fields: Fields
  /** Products of a track call tell of the item; `name` and `category` of a page are the page's own. */
  readonly tellsItems: boolean
  readonly items: ItemStatement[]
}

/**
 * The lines of one event: one for each product (each answer of a survey) that it lists, or one for the whole event.
 * An order's lines of goods are followed by its charges; an order that lists no goods is one line with its total.
 */
export function buildEventLines(head: CallHead, kind: EventKind, name: string): EventDraft {
  const isStrict = kind !== 'custom'
  const fields: Fields = { values: head.properties, where: 'properties', isStrict, taken: [], problems: [] }
  const base = readEventBase(head, kind, name, fields)
  const event: Event = { base, fields, tellsItems: head.type === 'track' && isStrict, items: [] }
  const elements = takeObjects(fields, kind === 'survey' ? answerKeys : productKeys)
  const rests: Rest[] = []
  const goods = elements === undefined ? [readSoleLine(event)] : readElements(event, elements, rests)
  const hasGoods = elements !== undefined || goods[0]?.itemId !== ''
  const charges = movesMoney(kind) && hasGoods ? buildChargeLines(base, fields, goods.length) : []
  const lines = keepRest([...goods, ...charges], rests, restOf(fields), head.context)
  return { lines, items: event.items, problems: fields.problems }
}

function readSoleLine(event: Event): EventLine {
  const { base, fields } = event
  const line = readOpinion(readItemLine(event, base, fields), fields)
  if (line.kind === 'coupon') return buildCouponLine(line, fields)
  return movesMoney(line.kind) && line.itemId === '' ? buildTotalLine(line, base, fields) : line
}

/** An item or an opinion of the whole event holds for the answers of a survey that name none. */
function readElements(event: Event, elements: readonly JsonObject[], rests: Rest[]): EventLine[] {
  const { base, fields } = event
  const isSurvey = base.kind === 'survey'
  const shared = isSurvey ? readOpinion(readItemLine(event, base, fields), fields) : base
  const isRanked =
    isRanking(base.kind) && elements.every((each) => (each.position ?? each.index) === undefined)
  return elements.map((values, index) => {
    const where = `properties.${isSurvey ? 'answers' : 'products'}[${index}]`
    const own: Fields = { ...fields, values, where, taken: [] }
    const line = readOpinion(readItemLine(event, shared, own), own)
    rests.push(restOf(own))
    return { ...line, lineIndex: index, position: isRanked ? index + 1 : line.position }
  })
}

/** What a refund says of an item is what the item was when it was bought, so it is no news. */
function readItemLine(event: Event, base: EventLine, fields: Fields): EventLine {
  const line = readGoods(base, fields, event.tellsItems)
  if (!event.tellsItems || line.itemId === '' || line.kind === 'refund') return line
  const { itemId, price, currency, source, atMs } = line
  const facts = readItemFacts(fields, { itemId, price, currency, source, atMs })
  if (facts !== undefined) event.items.push(facts)
  return line
}
