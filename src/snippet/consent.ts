import type { DeviceStore } from './device-store.ts'

const key = 'likeness-consent'

/** Whether the shopper lets us collect. */
export type Consent = {
  isGiven(): boolean
  /** What the shopper chose, whatever their browser says; nothing else of theirs is on the device when they refuse. */
  choose(isGiven: boolean): void
}

/**
 * Until the shopper chooses: no, where the browser says so (Global Privacy Control, Do Not Track) or the shop asks first.
 * A refusal is remembered only where it is news, so that such a browser keeps nothing.
 */
export function createConsent(store: DeviceStore, asksFirst: boolean): Consent {
  const isFree = () => !asksFirst && !objects(navigator)
  return {
    isGiven() {
      const choice = store.get(key)
      return choice ? choice === 'yes' : isFree()
    },
    choose(isGiven) {
      if (isGiven || isFree()) store.set(key, isGiven ? 'yes' : 'no')
    },
  }
}

function objects(browser: Navigator & { readonly globalPrivacyControl?: boolean }): boolean {
  return browser.globalPrivacyControl === true || browser.doNotTrack === '1'
}
