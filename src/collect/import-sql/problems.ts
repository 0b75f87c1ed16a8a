import type { TableShape } from '../import/sniff-table.ts'
import { type Mapping, sourceOf } from '../mapping.ts'
import { firstText, rowTexts } from './cells.ts'
import type { TableReading } from './reading.ts'

/** `problem`: a reason and what was expected, what came; the first that applies. */
export function problemAliases({ mapping, shape }: TableReading): string[] {
  const checks: string[] = []
  const check = (condition: string, reason: string, detail: string) =>
    checks.push(`${condition}, ('${reason}', ${detail})`)
  const first = firstText(shape)
  check(`startsWith(${first}, {long_mark:String})`, 'too_large_event', `'expected a row of at most 8 MiB'`)
  check(
    `startsWith(${first}, {broken_mark:String})`,
    'schema_violation',
    `'expected a row of the table, got a line with a quote that does not close where a cell ends'`,
  )
  addShapeChecks(shape, check)
  check(
    `NOT (${rowTexts(shape)
      .map((text) => `isValidUTF8(${text})`)
      .join(' AND ')})`,
    'bad_encoding',
    `'expected UTF-8'`,
  )
  addValueChecks(mapping, check)
  return [`multiIf(${checks.join(',\n        ')}, ('', '')) AS problem`]
}

type AddCheck = (condition: string, reason: string, detail: string) => void

function addShapeChecks(shape: TableShape, check: AddCheck): void {
  const count = shape.header.length
  if (shape.kind === 'json') {
    check(`JSONType(line) != 'Object'`, 'bad_json', `'expected a JSON object on a line'`)
  }
  if (shape.kind === 'cells') {
    check(
      `length(cells) != ${count}`,
      'schema_violation',
      `concat('expected ${count} columns, got ', toString(length(cells)))`,
    )
  }
  if (shape.kind === 'csv') {
    const present = `arraySum([${shape.header.map((_, index) => `isNotNull(c${index + 1})`).join(', ')}])`
    check(
      `isNull(c${count})`,
      'schema_violation',
      `concat('expected ${count} columns, got ', toString(${present}))`,
    )
    check(`ifNull(extra, '') != ''`, 'schema_violation', `'expected ${count} columns, got more'`)
  }
}

function addValueChecks(mapping: Mapping, check: AddCheck): void {
  const got = (field: string) =>
    `concat('got ', if(t_${field} = '', 'nothing', toJSONString(substring(t_${field}, 1, 80))), ' in ', {source_${field}:String})`
  const expect = (condition: string, field: string, expected: string, reason = 'schema_violation') =>
    check(condition, reason, `concat('expected ${expected}, ', ${got(field)})`)
  const has = (field: string) => sourceOf(mapping, field) !== undefined
  if (has('at')) {
    const form = mapping.dateFormat === 'auto' ? `''` : `concat(' written as ', {date_format:String})`
    check(
      'isNull(at_value)',
      'schema_violation',
      `concat('expected a date and time', ${form}, ', ', ${got('at')})`,
    )
    expect('at_value > now_value + INTERVAL 1 DAY', 'at', 'a time that is not in the future', 'time_future')
    expect(`at_value < toDateTime64('1900-01-01 00:00:00', 3, 'UTC')`, 'at', 'a time since 1900', 'time_past')
  }
  if (mapping.rows === 'items') {
    expect(`t_itemId = ''`, 'itemId', 'an item id')
    if (has('price')) {
      expect(
        `t_price != '' AND (isNull(price_value) OR price_value < 0 OR price_value > 1e13)`,
        'price',
        'a price from 0 to 1e13',
      )
    }
    return
  }
  if (mapping.rows === 'people') {
    check(
      `user_value = '' AND t_anonymousId = ''`,
      'no_identity',
      `'expected the id of a user or of a device'`,
    )
    return
  }
  if (has('kind')) expect(`base_kind = ''`, 'kind', 'a kind of event', 'unknown_event')
  if (has('quantity'))
    expect('isNull(quantity_value) OR abs(quantity_value) > 1e12', 'quantity', 'a quantity')
  for (const field of ['price', 'amount'] as const) {
    if (has(field)) {
      const value = field === 'price' ? 'price_value' : 'amount_value'
      expect(`isNull(${value}) OR abs(${value}) > 1e13`, field, 'an amount of money')
    }
  }
  if (has('price')) expect('abs(amount_value) > 1e13', 'price', 'a price whose amount is at most 1e13')
}
