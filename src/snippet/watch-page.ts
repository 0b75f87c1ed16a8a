import { readMarks } from './marks.ts'
import type { PageView } from './page-view.ts'

const settleMs = 200
const shownAttributes = ['data-likeness-view', 'data-likeness-search']
/** The innermost mark counts: a button in a card puts into the cart and does not open the product. */
const clickable = '[data-likeness-add],[data-likeness-remove],[data-likeness-item]'

/** Listens to what happens to the page: clicks on what is marked, elements that come, and that it is hidden or left. */
export function watchPage(view: PageView, flush: () => void): void {
  const click = ({ target, button }: MouseEvent) => {
    const element = (target as Element).closest?.<HTMLElement>(clickable)
    // The button on the right opens a menu.
    if (!element || button > 1) return
    const { likenessAdd, likenessRemove } = element.dataset
    const act = likenessAdd !== undefined ? 'Added' : likenessRemove !== undefined ? 'Removed' : 'Clicked'
    view.track(`Product ${act}`, readMarks(element))
  }
  addEventListener('click', click, true)
  addEventListener('auxclick', click, true)
  addEventListener('visibilitychange', () => {
    view.look()
    if (document.hidden) flush()
  })
  addEventListener('pagehide', () => {
    view.end()
    flush()
  })
  // Back to a page that the browser had kept as it was.
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) view.begin()
  })
  let isWaiting = false
  // A page that is built while it is looked at changes many times a second.
  new MutationObserver(() => {
    if (isWaiting) return
    isWaiting = true
    setTimeout(() => {
      isWaiting = false
      view.scan()
    }, settleMs)
  }).observe(document, { subtree: true, childList: true, attributeFilter: shownAttributes })
}
