/** What an event says besides its name. */
export type Properties = Readonly<Record<string, unknown>>

/** What an element that carries the attribute `data-likeness-<role>` stands for; `add` and `remove`: buttons of the cart. */
type Role = 'item' | 'view' | 'search' | 'add' | 'remove' | 'list'

const productId = 'product_id'
const propertyOf: Readonly<Record<string, string>> = {
  item: productId,
  view: productId,
  add: productId,
  remove: productId,
  search: 'query',
  list: 'list_id',
}

export function findMarked(role: Role, within: ParentNode = document): readonly HTMLElement[] {
  return [...within.querySelectorAll<HTMLElement>(`[data-likeness-${role}]`)]
}

/**
 * The properties that an element's attributes state: `data-likeness-list-price` is `list_price`. An item in a list has
 * the list's id, and its place in it where it states none.
 */
export function readMarks(element: HTMLElement): Properties {
  const list = element.closest<HTMLElement>('[data-likeness-list]')
  const position = findMarked('item', list ?? document).indexOf(element) + 1
  const found: Record<string, unknown> = { list_id: list?.dataset.likenessList }
  if (position > 0) found.position = position
  for (const { name, value } of element.attributes) {
    const [, word] = name.split('data-likeness-')
    if (word) found[propertyOf[word] ?? word.replaceAll('-', '_')] = value
  }
  return found
}
