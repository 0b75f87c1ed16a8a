import { describeCampaign, describePage } from './describe-page.ts'
import { createDwell } from './dwell.ts'
import { createImpressions } from './impressions.ts'
import type { Properties } from './marks.ts'
import { createShown } from './shown.ts'
import type { Teller } from './teller.ts'

/** The page before the shopper, from where it begins to where it is left. */
export type PageView = {
  track(event: unknown, properties?: Properties): void
  /** A page that has begun is left first; what was tracked before the first one began is of it. */
  begin(name?: unknown, properties?: Properties): void
  /** Begins unless it has. */
  ensure(): void
  /** Tells what was shown and how long it was looked at. */
  end(): void
  forget(): void
  /** Looks for marked elements that came or changed. */
  scan(): void
  /** To be called when the page is shown or hidden. */
  look(): void
}

export function createPageView(tell: Teller): PageView {
  /** What was told when it began; undefined while nothing of it was, as without consent. */
  let page: Properties | undefined
  /** Of the product that was viewed last. */
  let productId: unknown
  const dwell = createDwell()
  const shown = createShown(track)
  const impressions = createImpressions((products) => track('Product Impressions', { products }))

  function track(event: unknown, properties: Properties = {}): void {
    if (event === 'Product Viewed') productId = properties.product_id
    tell('track', { event, properties })
  }

  function begin(name?: unknown, properties?: Properties): void {
    if (page) end()
    dwell.restart()
    const about = describePage()
    if (tell('page', { name, properties: { ...about, ...properties } }, describeCampaign())) page = about
    scan()
  }

  function end(): void {
    impressions.flush()
    if (page) track('Page Left', { path: page.path, dwell_ms: dwell.readMs(), product_id: productId })
    forget()
  }

  function forget(): void {
    page = productId = undefined
    shown.forget()
    impressions.forget()
  }

  function scan(): void {
    if (!page) return
    shown.scan()
    impressions.scan()
  }

  function look(): void {
    dwell.readMs()
    if (document.hidden) impressions.flush()
    else scan()
  }

  return { track, begin, ensure: () => page ?? begin(), end, forget, scan, look }
}
