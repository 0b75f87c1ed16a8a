import { currency, departments, type Item, leaves } from './catalogue.ts'
import { entryAt } from './choose.ts'
import type { Properties } from './segment-call.ts'
import { splitPair } from './words/split-pair.ts'

/** An item as the properties of a product event; names in English, categories from broad to narrow with a slash. */
export function describeProduct(item: Item): Properties {
  return {
    product_id: item.itemId,
    category: categoryPaths[item.leafIndex],
    name: item.name.en,
    brand: item.brand.en,
    price: item.price,
    currency,
  }
}

const categoryPaths: readonly string[] = leaves.map((leaf) => {
  const department = splitPair(entryAt(departments, leaf.departmentIndex).name)
  return `${department.en}/${leaf.name.en}`
})
