import type { EventKind } from '../../core/event.ts'
import type { MappingInput } from '../mapping.ts'
import { chooseDateFormat, chooseDecimal, chooseUserIdForm, findCancelPrefix } from './cell-forms.ts'
import { kindWords } from './field-words.ts'
import { type TableSample, valuesOf } from './table-sample.ts'

/** Field → column. */
export type Columns = Readonly<Record<string, string>>

/** How a table of events may be read: which columns it has is known, what their cells look like decides the rest. */
export function buildEventMapping(columns: Columns, sample: TableSample): MappingInput {
  const { name, nameZh, description, descriptionZh, category, categoryZh, brand, ...events } = columns
  const itemWords = {
    itemName: name ?? nameZh ?? description,
    itemDescription: name === undefined ? undefined : (description ?? descriptionZh),
    itemCategory: category ?? categoryZh,
    itemBrand: brand,
  }
  const cellsOf = (field: string) => valuesOf(sample, columns[field])
  const kind = columns.kind === undefined ? chooseKind(columns) : 'purchase'
  const decimal = chooseDecimal([...cellsOf('price'), ...cellsOf('amount'), ...cellsOf('quantity')])
  return {
    name: 'my-orders',
    rows: 'events',
    columns: { ...events, ...withoutAbsent(itemWords) },
    ...(kind !== 'purchase' && { constants: { kind } }),
    ...(columns.country !== undefined && { traits: { country: columns.country } }),
    ...(columns.kind !== undefined && { kinds: guessKinds(cellsOf('kind')) }),
    dateFormat: chooseDateFormat(cellsOf('at')),
    ...(decimal === 'comma' && { decimal }),
    // An order's number beside the time and the item names a line: told again, it is the same line.
    repeats: columns.orderId !== undefined ? 'duplicate' : 'real',
    userIdForm: chooseUserIdForm(cellsOf('userId')),
    cancellation: chooseCancellation(columns, sample),
  }
}

function withoutAbsent(columns: Readonly<Record<string, string | undefined>>): Columns {
  return Object.fromEntries(
    Object.entries(columns).flatMap(([field, column]) => (column === undefined ? [] : [[field, column]])),
  )
}

/** What happened in the rows of a table that does not say: orders have items or money. */
function chooseKind(columns: Columns): EventKind {
  const has = (...fields: readonly string[]) => fields.some((field) => columns[field] !== undefined)
  if (has('orderId', 'quantity', 'amount')) return 'purchase'
  if (has('rating', 'text')) return 'review'
  if (has('query')) return 'search'
  if (has('itemId', 'price')) return 'purchase'
  return has('coupon') ? 'coupon' : 'custom'
}

function chooseCancellation(columns: Columns, sample: TableSample): MappingInput['cancellation'] {
  const quantities = sample.get(columns.quantity ?? '') ?? []
  const orderIdPrefix = findCancelPrefix(sample.get(columns.orderId ?? '') ?? [], quantities)
  if (orderIdPrefix !== undefined) return { orderIdPrefix }
  return { isNegativeQuantity: quantities.some((value) => value.startsWith('-')) }
}

function guessKinds(values: readonly string[]): NonNullable<MappingInput['kinds']> {
  return Object.fromEntries(
    [...new Set(values)].slice(0, 50).map((value) => [value, kindWords[value.toLowerCase()] ?? 'custom']),
  )
}
