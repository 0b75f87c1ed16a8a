/** How long a page was before the shopper's eyes: the time in which it was visible. */
export type Dwell = {
  restart(): void
  /** To be called whenever the page is shown or hidden. */
  readMs(): number
}

export function createDwell(): Dwell {
  let totalMs = 0
  let sinceMs: number | undefined
  const readMs = () => {
    const nowMs = performance.now()
    if (sinceMs !== undefined) totalMs += nowMs - sinceMs
    sinceMs = document.hidden ? undefined : nowMs
    return Math.round(totalMs)
  }
  return {
    restart() {
      readMs()
      totalMs = 0
    },
    readMs,
  }
}
