import type { z } from 'zod'
import type { ItemStatement } from '../../../catalog/merge-statement.ts'
import { itemSchema } from './item-schema.ts'

/** Why an item was not taken; `itemId` where one could be read. */
export type ItemProblem = {
  readonly kind: 'problem'
  readonly itemId?: string
  readonly reason: 'bad_json' | 'schema_violation'
  readonly detail: string
}
export type ParsedItem = { readonly kind: 'item'; readonly statement: ItemStatement } | ItemProblem

const maxAttributes = 100
const maxKeyLength = 100
const maxValueLength = 1_000
const idKeys = ['item_id', 'product_id', 'id'] as const
/** Whose key it is is not the item's to tell. */
const ignoredKey = 'writeKey'

/** Reads one item of a request. Pure. */
export function parseItem(
  value: unknown,
  said: { readonly source: string; readonly atMs: number },
): ParsedItem {
  if (!isObject(value)) return problem(`expected an object, got ${describe(value)}`)
  const stated = Object.fromEntries(Object.entries(value).filter(([, each]) => each !== null && each !== ''))
  const idKey = idKeys.find((key) => stated[key] !== undefined)
  if (idKey === undefined) return problem('expected item_id, product_id or id, got nothing')
  const { data, error } = itemSchema.safeParse(stated)
  if (error) return problem(describeIssue(error, stated), stated[idKey])
  const itemId = data[idKey] ?? ''
  const { name = '', name_zh = '', description = '', description_zh = '', brand = '', ...rest } = data
  const { price = 0, currency = '', category = [], category_zh: categoryZh = [], ...kept } = rest
  const { attributes: inner = {}, [idKey]: _id, ...others } = kept
  const attributes = readAttributes({ ...others, ...inner })
  if (typeof attributes === 'string') return problem(attributes, itemId)
  const texts = { name, nameZh: name_zh, description, descriptionZh: description_zh, brand, currency }
  return { kind: 'item', statement: { itemId, ...texts, category, categoryZh, price, attributes, ...said } }
}

/** The scalars of an object as texts, or what is wrong with them. */
function readAttributes(values: Readonly<Record<string, unknown>>): Record<string, string> | string {
  const entries: [string, string][] = []
  for (const [key, value] of Object.entries(values)) {
    const isScalar = ['string', 'number', 'boolean'].includes(typeof value)
    if (!isScalar || value === '' || key === '' || key === ignoredKey) continue
    const text = String(value).toWellFormed()
    if (key.length > maxKeyLength || text.length > maxValueLength)
      return `expected at most ${maxKeyLength} characters in the name of an attribute and ${maxValueLength} in its value at ${key.slice(0, 40).toWellFormed()}`
    entries.push([key.toWellFormed(), text])
  }
  if (entries.length > maxAttributes)
    return `expected at most ${maxAttributes} attributes, got ${entries.length}`
  return Object.fromEntries(entries)
}

function problem(detail: string, itemId?: unknown): ItemProblem {
  const isFit = (typeof itemId === 'string' || typeof itemId === 'number') && String(itemId).length <= 255
  return {
    kind: 'problem',
    ...(isFit && { itemId: String(itemId).toWellFormed() }),
    reason: 'schema_violation',
    detail,
  }
}

function describeIssue(error: z.ZodError, value: Readonly<Record<string, unknown>>): string {
  const [issue] = error.issues
  if (issue === undefined) throw new Error('a schema refused a value for no reason')
  const [key = ''] = issue.path.map(String)
  return `${issue.message}, got ${describe(value[key])} at ${issue.path.map(String).join('.')}`
}

function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 80).toWellFormed())
  if (Array.isArray(value)) return `a list of ${value.length}`
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
