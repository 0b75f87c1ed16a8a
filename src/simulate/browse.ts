import { departmentSeason } from './calendar.ts'
import { departments, type Item, itemUrl, leaves } from './catalogue.ts'
import { chooseIndex, entryAt } from './choose.ts'
import { describeProduct } from './product.ts'
import type { Properties } from './segment-call.ts'
import { choosePosition, examinationByPosition } from './shelf.ts'
import type { Visit } from './visit-session.ts'

/** Looks for one thing after the other; gives the indices of the items that were looked at, last one last. */
export function browse(visit: Visit, intentCount: number): readonly number[] {
  const seen: number[] = []
  for (let intent = 0; intent < intentCount; intent++) {
    const leafIndex = chooseLeaf(visit, intent)
    const first = chooseItem(visit, leafIndex)
    const list = visit.random.next() < 0.45 ? search(visit, first) : openCategory(visit, leafIndex)
    clickInList(visit, first, list)
    seen.push(look(visit, first))
    // From there to similar ones, without going back to the list.
    while (visit.random.next() < 0.3) seen.push(look(visit, chooseItem(visit, leafIndex)))
  }
  return seen
}

/** One item by taste, budget and favourite brand: a first choice of another brand is thought over once. */
export function chooseItem(visit: Visit, leafIndex: number): number {
  const { shopper, world, random } = visit
  const first = world.shelf.choose(leafIndex, shopper.budgetBand, random)
  const { departmentIndex } = entryAt(leaves, leafIndex)
  const favourite = entryAt(shopper.favouriteBrands, departmentIndex)
  if (entryAt(world.items, first).brandIndex === favourite || random.next() < 0.5) return first
  return world.shelf.choose(leafIndex, shopper.budgetBand, random)
}

const leafByName: ReadonlyMap<string, number> = new Map(leaves.map((leaf, index) => [leaf.name.en, index]))

/** By taste and season; the first intent after an order is often what goes with what was bought. */
function chooseLeaf(visit: Visit, intent: number): number {
  const { state, random, world } = visit
  if (intent === 0 && state.cart.length > 0 && random.next() < 0.5) {
    return entryAt(world.items, entryAt(state.cart, 0)).leafIndex
  }
  if (intent === 0 && state.lastLeafIndex !== undefined && random.next() < 0.15) {
    const next = leafByName.get(entryAt(leaves, state.lastLeafIndex).words.goesWith)
    if (next !== undefined && world.shelf.isLeafSold[next]) return next
  }
  for (;;) {
    const leafIndex = chooseIndex(state.leafCurve, random)
    const department = entryAt(departments, entryAt(leaves, leafIndex).departmentIndex)
    // Every department is at most half again as wanted in its season.
    if (random.next() * 1.5 < departmentSeason(department, visit.now())) return leafIndex
  }
}

type List = { readonly listId: string; readonly query: string | undefined }

function search(visit: Visit, itemIndex: number): List {
  const query = phrase(visit, entryAt(visit.world.items, itemIndex))
  visit.open(`https://shop.example/search?q=${encodeURIComponent(query)}`)
  visit.send({ type: 'track', event: 'Products Searched', properties: { query } })
  visit.wait(3000, 25_000)
  return { listId: 'search', query }
}

/** What somebody types who has this item in mind: noun, style and noun, or brand and noun, in their language. */
function phrase({ random, shopper }: Visit, item: Item): string {
  const draw = random.next()
  const before = draw < 0.5 ? undefined : draw < 0.8 ? item.style : item.brand
  if (shopper.language === 'zh') return `${before?.zh ?? ''}${item.noun.zh}`
  return `${before?.en ?? ''} ${item.noun.en}`.trim().toLowerCase()
}

function openCategory(visit: Visit, leafIndex: number): List {
  const leaf = entryAt(leaves, leafIndex)
  const listId = leaf.name.en.toLowerCase().replaceAll(/[^a-z]+/g, '-')
  visit.open(`https://shop.example/c/${listId}`)
  return { listId, query: undefined }
}

/** Shows a page of the list with the item on it, and clicks it. */
function clickInList(visit: Visit, itemIndex: number, list: List): void {
  const item = entryAt(visit.world.items, itemIndex)
  const { properties, position } = showList(visit, itemIndex, list)
  visit.send({ type: 'track', event: 'Product List Viewed', properties })
  visit.wait(2000, 15_000)
  const from = { list_id: list.listId, position, ...(list.query && { query: list.query }) }
  visit.send({ type: 'track', event: 'Product Clicked', properties: { ...describeProduct(item), ...from } })
  visit.wait(200, 900)
}

function look(visit: Visit, itemIndex: number): number {
  const item = entryAt(visit.world.items, itemIndex)
  const dwellMs = drawDwellMs(visit, item)
  visit.open(itemUrl(item))
  visit.send({
    type: 'track',
    event: 'Product Viewed',
    properties: { ...describeProduct(item), dwell_ms: dwellMs },
  })
  visit.wait(dwellMs, dwellMs + 2000)
  return itemIndex
}

/** Five items of the category with the wanted one among them, more often near the top. */
function showList(visit: Visit, itemIndex: number, list: List): { properties: Properties; position: number } {
  const { random, world } = visit
  const { leafIndex } = entryAt(world.items, itemIndex)
  const others = new Set<number>()
  for (let attempt = 0; attempt < 12 && others.size < examinationByPosition.length - 1; attempt++) {
    const other = world.shelf.chooseOther(leafIndex, random)
    if (other !== itemIndex) others.add(other)
  }
  const shown = [...others]
  const place = Math.min(choosePosition(random), shown.length)
  shown.splice(place, 0, itemIndex)
  const products = shown.map((index, rank) => ({
    product_id: entryAt(world.items, index).itemId,
    position: rank + 1,
  }))
  const about = list.query ? { query: list.query } : { category: leafName(leafIndex) }
  return { properties: { list_id: list.listId, ...about, products }, position: place + 1 }
}

function leafName(leafIndex: number): string {
  return entryAt(leaves, leafIndex).name.en
}

/** Log-normal around 25 seconds; what suits the purse is looked at longer. */
function drawDwellMs({ random, shopper }: Visit, item: Item): number {
  const suits = item.priceBand === shopper.budgetBand ? 0.35 : 0
  return Math.round(Math.min(240_000, 25_000 * Math.exp(suits + 0.7 * random.normal())))
}
