import { type Fields, readText, take, takeShortText, takeWords } from './fields.ts'
import type { ItemStatement } from './parsed-call.ts'

const nameKeys = ['name', 'product_name', 'productName', 'item_name']
const brandKeys = ['brand', 'item_brand']
const descriptionKeys = ['description', 'product_description']
const categoryKeys = ['category', 'product_category', 'productCategory', 'categories', 'category_path']
const ga4CategoryKeys = [
  ...['item_category', 'item_category2', 'item_category3', 'item_category4', 'item_category5'],
]
const attributeKeys = ['variant', 'item_variant', 'size', 'color', 'colour', 'sku', 'url', 'image_url']
const maxCategoryLevels = 10

type ItemFactsOf = {
  readonly itemId: string
  readonly price: number
  readonly currency: string
  readonly source: string
  readonly atMs: number
}

/**
 * What a product of an event says of the item itself. Undefined when it says nothing but the id. Attributes stay with
 * the event as well: which size was looked at is the event's to tell.
 */
export function readItemFacts(fields: Fields, known: ItemFactsOf): ItemStatement | undefined {
  const name = takeShortText(fields, nameKeys)
  const brand = takeShortText(fields, brandKeys)
  const description = takeWords(fields, descriptionKeys)
  const category = readCategory(fields)
  const isSilent = name === '' && brand === '' && description === '' && category.length === 0
  if (isSilent && known.price === 0) return undefined
  return { ...known, name, description, category, brand, attributes: readAttributes(fields) }
}

function readCategory(fields: Fields): readonly string[] {
  for (const key of categoryKeys) {
    const path = splitCategory(fields.values[key])
    if (path.length > 0) return take(fields, key, path)
  }
  const levels = ga4CategoryKeys.filter((key) => readText(fields.values[key]) !== '')
  return levels.map((key) => take(fields, key, readText(fields.values[key])))
}

/** `Home / Kitchen`, `Home > Kitchen` or a list, as a path from the broadest to the narrowest. */
function splitCategory(value: unknown): readonly string[] {
  const parts = Array.isArray(value) ? value.map(readText) : readText(value).replaceAll('>', '/').split('/')
  const path = parts.map((part) => part.trim()).filter((part) => part !== '' && part.length <= 255)
  return path.slice(0, maxCategoryLevels)
}

function readAttributes(fields: Fields): Readonly<Record<string, string>> {
  const attributes: Record<string, string> = {}
  for (const key of attributeKeys) {
    const text = readText(fields.values[key])
    if (text !== '') attributes[key === 'item_variant' ? 'variant' : key] = text
  }
  return attributes
}
