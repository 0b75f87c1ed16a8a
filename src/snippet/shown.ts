import { findMarked, type Properties, readMarks } from './marks.ts'

/** Elements that say what the page is about: a product, a search. */
export type Shown = {
  /** Tells of those that came or that show something else by now. */
  scan(): void
  forget(): void
}

export function createShown(track: (name: string, properties: Properties) => void): Shown {
  let told = new WeakMap<HTMLElement, unknown>()
  const scan = (role: 'view' | 'search', name: string) => {
    for (const element of findMarked(role)) {
      const properties = readMarks(element)
      const shown = properties.product_id ?? properties.query
      if (shown !== told.get(element)) track(name, properties)
      told.set(element, shown)
    }
  }
  return {
    scan() {
      scan('view', 'Product Viewed')
      scan('search', 'Products Searched')
    },
    forget() {
      told = new WeakMap()
    },
  }
}
