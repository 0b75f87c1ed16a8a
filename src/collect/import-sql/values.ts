import { eventKinds } from '../../core/event.ts'
import { fieldsOf, type Mapping, sourceOf } from '../mapping.ts'
import { columnSql } from './cells.ts'
import type { TableReading } from './reading.ts'

/** `t_field`: the trimmed text of every field; `c_field`: of a field with cells that say nothing, before they are emptied. */
export function textAliases(reading: TableReading): string[] {
  const { mapping } = reading
  const texts = fieldsOf(mapping).flatMap((field) => {
    const source = sourceOf(mapping, field)
    if (source === undefined) return [`'' AS t_${field}`]
    if ('constant' in source) return [`{constant_${field}:String} AS t_${field}`]
    const text = `trimBoth(${columnSql(reading, source.column)}, ' \\t\\r\\n')`
    if (mapping.absent?.[field] === undefined) return [`${text} AS t_${field}`]
    return [
      `${text} AS c_${field}`,
      `if(has({absent_${field}:Array(String)}, c_${field}), '', c_${field}) AS t_${field}`,
    ]
  })
  const trimmed = Object.entries(mapping.columns).map(([field, column]) => {
    const text = mapping.absent?.[field] === undefined ? `t_${field}` : `c_${field}`
    return `length(${columnSql(reading, column)}) != length(${text})`
  })
  return [...texts, `(${trimmed.join(' OR ')}) AS is_trimmed`, '{now:DateTime64(3)} AS now_value']
}

export function valueAliases(mapping: Mapping): string[] {
  const at = mapping.rows === 'events' ? timeSql(mapping, 't_at') : statedTime(mapping)
  if (mapping.rows === 'people') {
    return [
      `${at} AS at_value`,
      ...idAliases(mapping),
      `arrayFilter(x -> x != '', [if(is_trimmed, 'trimmed', ''), ${idFixes}]) AS fixed`,
    ]
  }
  if (mapping.rows === 'items') {
    return [
      `${at} AS at_value`,
      `${numberSql(mapping, 't_price')} AS price_value`,
      `arrayFilter(x -> x != '', [if(is_trimmed, 'trimmed', '')]) AS fixed`,
    ]
  }
  return [
    `${at} AS at_value`,
    ...idAliases(mapping),
    ...kindAliases(mapping),
    ...moneyAliases(mapping),
    ...directionAliases(mapping),
    `(line_type_value = 'product' OR is_no_sale) AND ${mapping.notePattern === undefined ? '0' : 'match(t_itemName, {note_pattern:String})'} AS is_note`,
    `arrayFilter(x -> x != '', [if(is_note AND t_itemName != '', 'stock_note', ''), if(is_trimmed, 'trimmed', ''), ${idFixes},
        if(is_number_mended, 'number_form', '')]) AS fixed`,
  ]
}

const idFixes = `if(is_id_refused, 'no_id', if(user_text != t_userId, 'id_form', ''))`

/** Facts of items and people that name no time are said as the file is read. */
function statedTime(mapping: Mapping): string {
  return sourceOf(mapping, 'at') === undefined ? 'toNullable(now_value)' : timeSql(mapping, 't_at')
}

const isoTime =
  '^\\\\d{4}[-/.](0?[1-9]|1[0-2])[-/.](0?[1-9]|[12]\\\\d|3[01])([T ]([01]?\\\\d|2[0-3]):[0-5]\\\\d(:[0-5]\\\\d([.,]\\\\d{1,9})?)?( ?(Z|UTC|[+-]\\\\d\\\\d:?\\\\d\\\\d))?)?$'

function timeSql(mapping: Mapping, text: string): string {
  if (mapping.dateFormat !== 'auto') {
    return `toTimeZone(parseDateTime64InJodaSyntaxOrNull(${text}, {date_format:String}, {time_zone:String})::Nullable(DateTime64(3)), 'UTC')`
  }
  const parsed = `parseDateTime64BestEffortOrNull(${text}, 3, {time_zone:String})`
  return `toTimeZone(multiIf(
        match(${text}, '${isoTime}') OR match(${text}, '^\\\\d{8}$'), ${parsed},
        match(${text}, '^-?\\\\d{9,10}$'), toNullable(fromUnixTimestamp64Milli(toInt64OrZero(${text}) * 1000)),
        match(${text}, '^-?\\\\d{12,13}$'), toNullable(fromUnixTimestamp64Milli(toInt64OrZero(${text}))),
        NULL), 'UTC')`
}

const currency = '([£$€¥￥₹₽₩]|[A-Z]{3}|元)'
/** Longer texts of digits are no number of a shop; a float would make infinity of them. */
const longestNumber = 40

/** A finite number or NULL. Thousands and a currency's sign or code are taken off where the text is a number otherwise. */
export function numberSql(mapping: Mapping, text: string): string {
  const [point, thousands] = mapping.decimal === 'point' ? ['.', `,`] : [',', '.']
  const shape = `^[-+]?${currency}? ?[-+]?\\\\d{1,3}([${thousands} \u00a0\u202f\\'’]?\\\\d{3})*([${point}]\\\\d+)?([ \u00a0]?${currency})?$`
  const mended = `toFloat64OrNull(replaceAll(replaceRegexpAll(${text}, '[^0-9${point}+-]', ''), '${point}', '.'))`
  const mendable = `length(${text}) <= ${longestNumber} AND match(${text}, '${shape}'), ${mended}`
  if (mapping.decimal === 'comma') return `multiIf(${mendable}, NULL)`
  const plain = `toFloat64OrNull(${text})`
  return `multiIf(isFinite(ifNull(${plain}, nan)), ${plain}, ${mendable}, NULL)`
}

/** Ids that faulty exports write for nobody are nobody's. */
function idAliases(mapping: Mapping): string[] {
  const form = {
    as_is: 't_userId',
    lower_case: 'lowerUTF8(t_userId)',
    integer: `if(match(t_userId, '^\\\\d+\\\\.0*$'), substringIndex(t_userId, '.', 1), t_userId)`,
  }[mapping.userIdForm]
  return [
    `${form} AS user_text`,
    `(lower(user_text) IN ('null', 'undefined', 'nan', 'none', 'na', 'n/a', 'guest', 'anonymous', '-1', '[object object]')
        OR match(user_text, '^[0-]+$')) AS is_id_refused`,
    `if(is_id_refused, '', user_text) AS user_value`,
  ]
}

function kindAliases(mapping: Mapping): string[] {
  const known = eventKinds.map((kind) => `'${kind}'`).join(', ')
  const source = sourceOf(mapping, 'kind')
  const base =
    source === undefined
      ? `'purchase'`
      : `multiIf(has({kind_values:Array(String)}, t_kind), {kind_names:Array(String)}[indexOf({kind_values:Array(String)}, t_kind)],
        t_kind IN (${known}), t_kind, '')`
  return [`${base} AS base_kind`, `base_kind IN ('purchase', 'refund') AS is_order`]
}

function moneyAliases(mapping: Mapping): string[] {
  const read = (field: string, empty: string, absent: string): string =>
    sourceOf(mapping, field) === undefined
      ? `toNullable(${absent})`
      : `if(t_${field} = '', ${empty}, ${numberSql(mapping, `t_${field}`)})`
  const hasAmount = sourceOf(mapping, 'amount') !== undefined
  const hasPrice = sourceOf(mapping, 'price') !== undefined
  const quantity = read(
    'quantity',
    'if(is_order, NULL, toFloat64(0))',
    'if(is_order, toFloat64(1), toFloat64(0))',
  )
  const given = hasPrice
    ? read('price', 'toFloat64(0)', 'toFloat64(0)')
    : read('amount', 'toFloat64(0)', 'toFloat64(0)')
  const price = hasPrice ? 'given_money' : 'if(quantity_value = 0, 0, given_money / quantity_value)'
  const amount = hasAmount ? read('amount', 'toFloat64(0)', 'toFloat64(0)') : 'quantity_value * price_value'
  const numbers = ['quantity', 'price', 'amount'].filter((field) => sourceOf(mapping, field) !== undefined)
  const mended = numbers.map((field) => `(t_${field} != '' AND isNull(toFloat64OrNull(t_${field})))`)
  return [
    `${quantity} AS quantity_value`,
    `${given} AS given_money`,
    `${price} AS price_value`,
    `${amount} AS amount_value`,
    `(${mended.length === 0 ? '0' : mended.join(' OR ')}) AS is_number_mended`,
  ]
}

/** Which way goods and money went. What is neither sold nor taken back (stock written off) is no purchase. */
function directionAliases(mapping: Mapping): string[] {
  const { orderIdPrefix, isNegativeQuantity } = mapping.cancellation
  const signs = [
    orderIdPrefix === undefined ? '0' : 'startsWith(t_orderId, {cancel_prefix:String})',
    isNegativeQuantity ? 'ifNull(quantity_value < 0, 0)' : '0',
  ]
  const rules = mapping.lineTypes.map((rule, index) => {
    const conditions = [
      rule.itemIds && `lowerUTF8(t_itemId) IN {rule${index}_ids:Array(String)}`,
      rule.itemPattern && `match(t_itemId, {rule${index}_item:String})`,
      rule.namePattern && `match(${nameField(mapping)}, {rule${index}_name:String})`,
    ].filter((condition) => condition !== undefined)
    return `(${conditions.join(' OR ') || '0'}), '${rule.type}'`
  })
  return [
    `base_kind = 'purchase' AND (${signs.join(' OR ')}) AS is_taken_back`,
    `base_kind = 'purchase' AND NOT is_taken_back AND (ifNull(quantity_value, 1) <= 0 OR ifNull(price_value, 0) < 0) AS is_no_sale`,
    `multiIf(is_taken_back, 'refund', is_no_sale, 'custom', base_kind) AS kind_value`,
    `multiIf(${[...rules, `is_no_sale, 'adjustment'`].join(', ')}, 'product') AS line_type_value`,
  ]
}

function nameField(mapping: Mapping): string {
  return mapping.rows === 'events' ? 't_itemName' : 't_name'
}
