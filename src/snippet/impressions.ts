import { findMarked, type Properties, readMarks } from './marks.ts'

const shownMs = 1000
const gatherMs = 10_000
const maxProducts = 50

/** Which items of lists were seen: half of each for a second, each once a page. */
export type Impressions = {
  /** Looks for items that came to the page. */
  scan(): void
  /** Tells what was seen since the last time; `scan` begins the seconds anew. */
  flush(): void
  /** Another page begins. */
  forget(): void
}

/**
 * `tell` gets many items at a time: a list scrolled through is one event, since a device with dozens of events a minute
 * is taken for a machine.
 */
export function createImpressions(tell: (products: readonly Properties[]) => void): Impressions {
  const timers = new Map<Element, number>()
  const told = new Set<string>()
  let seen: Properties[] = []
  let gathering: number | undefined
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, intersectionRatio } of entries) {
        clearTimeout(timers.get(target))
        if (intersectionRatio >= 0.5)
          timers.set(
            target,
            setTimeout(() => see(target as HTMLElement), shownMs),
          )
      }
    },
    { threshold: 0.5 },
  )

  function see(element: HTMLElement): void {
    const item = readMarks(element)
    const id = `${item.product_id} ${item.list_id}`
    if (told.has(id)) return
    told.add(id)
    seen.push(item)
    if (seen.length >= maxProducts) tellSeen()
    else gathering ??= setTimeout(tellSeen, gatherMs)
  }

  function tellSeen(): void {
    clearTimeout(gathering)
    gathering = undefined
    if (seen.length > 0) tell(seen)
    seen = []
  }

  return {
    scan() {
      for (const element of findMarked('item')) observer.observe(element)
    },
    flush() {
      observer.disconnect()
      for (const timer of timers.values()) clearTimeout(timer)
      timers.clear()
      tellSeen()
    },
    forget() {
      told.clear()
      seen = []
    },
  }
}
