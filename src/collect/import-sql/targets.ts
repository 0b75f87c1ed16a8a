import type { TableShape } from '../import/sniff-table.ts'
import { sourceOf } from '../mapping.ts'
import { columnSql, otherCells, rowTexts } from './cells.ts'
import type { TableReading } from './reading.ts'
import { numberSql } from './values.ts'

/** Column of the lines' table → what goes into it. */
export type Targets = Readonly<Record<string, string>>

/** What the rows of a table tell, by the kind of rows that they are. */
export function targetsOf(reading: TableReading): Targets {
  const { rows } = reading.mapping
  switch (rows) {
    case 'events':
      return eventTargets(reading)
    case 'items':
      return itemTargets(reading)
    case 'people':
      return { user_id: 'user_value', anonymous_id: 't_anonymousId', traits: traitsSql(reading) }
    default:
      return rows satisfies never
  }
}

function eventTargets(reading: TableReading): Targets {
  const { mapping } = reading
  const integer = (field: string, max: number) =>
    `toUInt32(least(greatest(ifNull(${numberSql(mapping, `t_${field}`)}, 0), 0), ${max}))`
  const sign = `if(is_taken_back AND quantity_value < 0 OR base_kind = 'refund' AND quantity_value < 0, -1, 1)`
  const needsName = sourceOf(mapping, 'itemName') !== undefined
  return {
    user_id: 'user_value',
    anonymous_id: 't_anonymousId',
    item_id: 't_itemId',
    currency: 't_currency',
    kind: 'kind_value',
    name: `multiIf(t_name != '', t_name, kind_value = 'purchase', 'Order Completed', kind_value = 'refund', 'Order Refunded',
        is_no_sale, 'Stock Adjusted', kind_value)`,
    session_id: 't_sessionId',
    order_id:
      sourceOf(mapping, 'orderId') === undefined ? `if(is_order, ${'out_event_id'}, '')` : 't_orderId',
    line_type: 'line_type_value',
    quantity: `ifNull(quantity_value, 0) * ${sign}`,
    price: money('price_value'),
    amount: money(`(amount_value * ${sign})`),
    country: 't_country',
    query: 't_query',
    list_id: 't_listId',
    position: `toUInt16(${integer('position', 65535)})`,
    dwell_ms: integer('dwellMs', 4294967295),
    rating: `toFloat32(ifNull(${numberSql(mapping, 't_rating')}, 0))`,
    text: 't_text',
    coupon: 't_coupon',
    marks: `arrayFilter(x -> x != '', [
        if(is_order AND price_value = 0, 'no_price', ''), if(is_order AND price_value < 0, 'negative_price', ''),
        ${needsName ? `if(is_order AND (t_itemName = '' OR is_note), 'no_description', '')` : `''`}])`,
    stated_quantity: 'ifNull(quantity_value, 0)',
    stated_amount: 'ifNull(amount_value, 0)',
    is_order: 'is_order',
    is_cancelled: 'is_taken_back',
    item_name: `if(is_note, '', t_itemName)`,
    item_description: 't_itemDescription',
    item_category: categorySql(reading, 't_itemCategory'),
    item_brand: 't_itemBrand',
    properties: `toJSONString(${otherCells(reading)})`,
    traits: traitsSql(reading),
  }
}

function itemTargets(reading: TableReading): Targets {
  return {
    item_id: 't_itemId',
    currency: 't_currency',
    price: money('price_value'),
    item_name: 't_name',
    item_name_zh: 't_nameZh',
    item_description: 't_description',
    item_description_zh: 't_descriptionZh',
    item_category: categorySql(reading, 't_category'),
    item_category_zh: pathSql('t_categoryZh'),
    item_brand: 't_brand',
    attributes: otherCells(reading),
  }
}

function traitsSql(reading: TableReading): string {
  const columns = Object.values(reading.mapping.traits).map(
    (column) => `trimBoth(${columnSql(reading, column)})`,
  )
  if (columns.length === 0) return 'map()'
  return `mapFilter((k, v) -> v != '', mapFromArrays({trait_names:Array(String)}, [${columns.join(', ')}]))`
}

/** `Home/Kitchen`, `Home > Kitchen`, a JSON list or columns of their own, from the broadest to the narrowest. */
function categorySql(reading: TableReading, text: string): string {
  const levels = reading.mapping.categoryLevels?.map((column) => columnSql(reading, column))
  if (levels !== undefined)
    return `arrayFilter(x -> x != '', arrayMap(x -> trimBoth(x), [${levels.join(', ')}]))`
  return pathSql(text)
}

function pathSql(text: string): string {
  const parts = `if(startsWith(${text}, '['), JSONExtract(${text}, 'Array(String)'), splitByRegexp('[/>]', ${text}))`
  return `arrayFilter(x -> x != '', arrayMap(x -> trimBoth(x), ${parts}))`
}

/**
 * The id of a row. Where an exact repeat is a duplicate, what the row says is its name, so that it is known again in
 * any file; where repeats are real, the file's content and the row's place in it are.
 */
export function eventIdSql({ mapping, shape }: TableReading): string {
  const own = sourceOf(mapping, 'eventId') === undefined ? undefined : 't_eventId'
  const derived =
    mapping.repeats === 'duplicate'
      ? `lower(hex(sipHash128(${rowText(shape)})))`
      : `lower(hex(sipHash128({checksum:String}, row_number)))`
  return own === undefined ? derived : `if(${own} = '', ${derived}, ${own})`
}

/** All cells as one text, of which no two rows share one: 0xFF is no byte of UTF-8. One hash of it costs half of one a cell. */
function rowText(shape: TableShape): string {
  const [first = "''", ...others] = rowTexts(shape)
  return others.length === 0 ? first : `concat(${[first, ...others].join(", '\\xff', ")})`
}

/** A float as the money columns have it, rounded half away from zero; the engine's own conversion cuts off. */
function money(value: string): string {
  const safe = `ifNull(if(abs(${value}) <= 1e13, ${value}, 0), 0)`
  return `toDecimal64(${safe} + if(${safe} < 0, -0.00005, 0.00005), 4)`
}
