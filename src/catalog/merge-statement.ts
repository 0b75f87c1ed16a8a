/** What somebody says of an item; an empty text, an empty list and a price of 0 say nothing. */
export type ItemStatement = {
  readonly itemId: string
  readonly name: string
  readonly nameZh?: string
  readonly description: string
  readonly descriptionZh?: string
  /** From the broadest to the narrowest. */
  readonly category: readonly string[]
  /** The same levels in Chinese. */
  readonly categoryZh?: readonly string[]
  readonly brand: string
  readonly price: number
  readonly currency: string
  readonly attributes: Readonly<Record<string, string>>
  /** Who says it. */
  readonly source: string
  readonly atMs: number
}

/**
 * `catalogue`: the shop itself, whose word counts. `event`: said in passing by whoever sends events, a browser's key
 * included, which stands in every page.
 */
export type Authority = 'catalogue' | 'event'

/** An item as the table has it. */
export type ItemRow = {
  readonly item_id: string
  readonly name: string
  readonly name_zh: string
  readonly description: string
  readonly description_zh: string
  readonly category: readonly string[]
  readonly category_zh: readonly string[]
  readonly brand: string
  readonly price: number
  readonly currency: string
  readonly attributes: Readonly<Record<string, string>>
  readonly source: string
  readonly updated_at_ms: number
}
type Facts = Omit<ItemRow, 'item_id' | 'source' | 'updated_at_ms'>

/** Neither a source nor a format of files can be called so: their names have no colon. */
const learnedPrefix = 'event:'

/**
 * The item as it is known once this was said, too; the very same object when that changes nothing. A catalogue replaces
 * what it states. An event replaces only what other, earlier events said of an item that no catalogue or file ever told
 * of; elsewhere it fills what is empty. Times only grow, since the table keeps the row of the latest.
 */
export function mergeStatement(
  known: ItemRow | undefined,
  statement: ItemStatement,
  { authority, nowMs }: { readonly authority: Authority; readonly nowMs: number },
): ItemRow {
  const said = readFacts(statement)
  // A time ahead would hide what is said from now until then.
  const saidAtMs = authority === 'catalogue' ? nowMs : Math.min(statement.atMs, nowMs)
  const source = authority === 'catalogue' ? statement.source : `${learnedPrefix}${statement.source}`
  if (known === undefined) return { item_id: statement.itemId, ...said, source, updated_at_ms: saidAtMs }
  const isLearned = known.source.startsWith(learnedPrefix)
  const mayReplace = authority === 'catalogue' || (isLearned && saidAtMs >= known.updated_at_ms)
  const facts = mayReplace ? layOver(known, said) : layOver(said, known)
  const merged = { ...known, ...facts, ...(mayReplace && { source }) }
  if (isSame(known, merged)) return known
  return { ...merged, updated_at_ms: Math.max(saidAtMs, known.updated_at_ms + 1) }
}

function readFacts(statement: ItemStatement): Facts {
  const { name, nameZh = '', description, descriptionZh = '', ...rest } = statement
  const { category, categoryZh = [], brand, price, currency, attributes } = rest
  const texts = { name, name_zh: nameZh, description, description_zh: descriptionZh }
  return { ...texts, category, category_zh: categoryZh, brand, price: toMoney(price), currency, attributes }
}

/** The four decimals of the column. */
function toMoney(price: number): number {
  return Number(price.toFixed(4))
}

function layOver(below: Facts, above: Facts): Facts {
  return {
    name: above.name || below.name,
    name_zh: above.name_zh || below.name_zh,
    description: above.description || below.description,
    description_zh: above.description_zh || below.description_zh,
    category: above.category.length > 0 ? above.category : below.category,
    category_zh: above.category_zh.length > 0 ? above.category_zh : below.category_zh,
    brand: above.brand || below.brand,
    price: above.price || below.price,
    currency: above.currency || below.currency,
    attributes: { ...below.attributes, ...above.attributes },
  }
}

function isSame(left: ItemRow, right: ItemRow): boolean {
  const { category, category_zh, attributes, ...words } = left
  const keys = Object.keys(words) as (keyof typeof words)[]
  return (
    keys.every((key) => left[key] === right[key]) &&
    isSamePath(category, right.category) &&
    isSamePath(category_zh, right.category_zh) &&
    Object.keys(attributes).length === Object.keys(right.attributes).length &&
    Object.entries(attributes).every(([key, value]) => right.attributes[key] === value)
  )
}

function isSamePath(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((level, index) => level === right[index])
}
