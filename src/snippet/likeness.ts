import { createConsent } from './consent.ts'
import { createDeviceStore } from './device-store.ts'
import type { Properties } from './marks.ts'
import { createOutbox } from './outbox.ts'
import { createPageView } from './page-view.ts'
import { createTeller } from './teller.ts'
import { createVisitor } from './visitor.ts'
import { watchPage } from './watch-page.ts'

/** `likeness('track', 'Product Viewed', { product_id: '1' })`; until the script has loaded, calls wait in `q`. */
type Likeness = {
  (verb: string, first?: unknown, second?: Properties): void
  q?: readonly Parameters<Likeness>[]
  isLoaded?: true
}

declare global {
  interface Window {
    likeness?: Likeness
  }
  interface Document {
    /** Chrome's: the page is made before the shopper asks for it. */
    readonly prerendering?: boolean
  }
}

const script = document.currentScript as HTMLScriptElement
if (document.prerendering) document.addEventListener('prerenderingchange', start, { once: true })
else start()

function start(): void {
  // Two tags of it are one.
  if (window.likeness?.isLoaded) return
  const { src, dataset } = script
  const store = createDeviceStore()
  const consent = createConsent(store, dataset.consent === 'ask')
  const visitor = createVisitor(store)
  const outbox = createOutbox({ store, url: new URL('v1/batch', src).href, writeKey: dataset.key })
  const tell = createTeller({ consent, visitor, outbox })
  const view = createPageView(tell)

  const verbs: Readonly<Record<string, (first: unknown, second?: Properties) => void>> = {
    track: view.track,
    page: view.begin,
    identify(userId, traits) {
      if (userId && consent.isGiven()) visitor.become(String(userId))
      tell('identify', { traits })
    },
    reset: visitor.forget,
    consent(isGiven) {
      if (isGiven !== true) {
        view.forget()
        store.clear()
      }
      consent.choose(isGiven === true)
      view.ensure()
    },
  }

  const likeness: Likeness = (verb, first, second) => {
    try {
      verbs[verb]?.(first, second)
    } catch (error) {
      // A fault is told to the page, and does not break off what the shop does.
      setTimeout(() => {
        throw error
      })
    }
  }

  const waiting = window.likeness?.q ?? []
  window.likeness = likeness
  likeness.isLoaded = true
  for (const call of waiting) likeness(...call)
  view.ensure()
  watchPage(view, outbox.flush)
  // What an earlier page could not send.
  if (consent.isGiven()) outbox.flush()
}
