import type { DeviceStore } from './device-store.ts'
import { drawUuid } from './uuid.ts'

/** One key an event, its `messageId`, so that tabs of one shop do not overwrite each other's. */
const idPattern = /^ljs-\d+-/
const pauseKey = 'likeness-pause'

/** What is older is not known again by the server, and could be stored twice. */
const keptMs = 7 * 86_400_000
const maxQueued = 1000
const maxBatchEvents = 100
/** Browsers let 64 KiB outlive a page. */
const maxBatchBytes = 60_000
const gatherMs = 1000
const maxPauseMs = 300_000

/** Where events wait, on the device, until the server has them. */
export type Outbox = {
  add(call: object): void
  /** Sends now: there may be no later. */
  flush(): void
}

export type OutboxOptions = {
  readonly store: DeviceStore
  readonly url: string
  /** Undefined where the tag states none: then the server refuses what comes. */
  readonly writeKey: string | undefined
}

export function createOutbox({ store, url, writeKey }: OutboxOptions): Outbox {
  const sending = new Set<string>()
  let timer: number | undefined
  let failureCount = 0
  let lastMs = 0

  /** Oldest first; what is too old or too much is given up. */
  function listWaiting(): readonly string[] {
    const ids = store.keys().filter((key) => idPattern.test(key) && !sending.has(key))
    ids.sort().forEach((id, index) => {
      if (index < ids.length - maxQueued || Number(id.split('-')[1]) < Date.now() - keptMs) store.remove(id)
    })
    return ids.slice(-maxQueued)
  }

  function schedule(waitMs: number): void {
    clearTimeout(timer)
    timer = setTimeout(() => {
      timer = undefined
      // What is on its way is followed by what waits.
      if (!sending.size) flush()
    }, waitMs)
  }

  function flush(): void {
    const pauseMs = Number(store.get(pauseKey)) - Date.now()
    // A clock set back must not hold the events for ever.
    if (pauseMs > 0 && pauseMs <= maxPauseMs) {
      schedule(pauseMs)
      return
    }
    const calls: string[] = []
    const ids: string[] = []
    let bytes = 0
    for (const id of listWaiting().slice(0, maxBatchEvents)) {
      const call = store.get(id)
      // Sent by another tab meanwhile, or too old.
      if (!call) continue
      bytes += new Blob([call]).size
      if (ids.length > 0 && bytes > maxBatchBytes) break
      calls.push(call)
      ids.push(id)
    }
    if (ids.length > 0) void send(ids, writeBody(writeKey, calls), bytes <= maxBatchBytes)
  }

  async function send(ids: readonly string[], body: string, keepalive: boolean): Promise<void> {
    ids.forEach(sending.add, sending)
    const retryMs = await post(url, { method: 'POST', body, keepalive, credentials: 'omit' })
    ids.forEach(sending.delete, sending)
    // Where the shopper took the consent back meanwhile, nothing waits and nothing may be kept.
    if (retryMs !== undefined && ids.some(store.get)) return pause(retryMs)
    ids.forEach(store.remove)
    store.remove(pauseKey)
    failureCount = 0
    if (listWaiting().length > 0) schedule(0)
  }

  function pause(retryMs: number): void {
    const pauseMs = Math.min(retryMs || 1000 * 2 ** failureCount++ * (1 + Math.random()), maxPauseMs)
    store.set(pauseKey, String(Date.now() + pauseMs))
    schedule(pauseMs)
  }

  return {
    add(call) {
      // Ids are in the order of the events, those of one millisecond, too.
      lastMs = Math.max(lastMs + 1, Date.now())
      const messageId = `ljs-${lastMs}-${drawUuid()}`
      store.set(messageId, JSON.stringify({ messageId, ...call }))
      timer ?? schedule(gatherMs)
    },
    flush,
  }
}

function writeBody(writeKey: string | undefined, calls: readonly string[]): string {
  const { userAgent, language: locale } = navigator
  const { timeZone: timezone } = Intl.DateTimeFormat().resolvedOptions()
  const context = { userAgent, locale, timezone }
  return `${JSON.stringify({ writeKey, sentAt: new Date(), context }).slice(0, -1)},"batch":[${calls}]}`
}

/**
 * Undefined when it is settled: 2xx, and refusals that another try does not change; else how long the server asks to
 * wait, 0 when it does not say. A body of plain text needs no leave of the server to be sent to it.
 */
async function post(url: string, request: RequestInit): Promise<number | undefined> {
  try {
    const { status, headers } = await fetch(url, request)
    const isSettled = status < 500 && ![408, 410, 429].includes(status)
    return isSettled ? undefined : Number(headers.get('retry-after')) * 1000 || 0
  } catch {
    // No network, or a browser that lets nothing more outlive the page.
    return 0
  }
}
