import { readFileSync, writeFileSync } from 'node:fs'

/** The most memory this process held since the peak was last forgotten, from /proc; Linux alone. */
export function readPeakMb(): number {
  const status = readFileSync('/proc/self/status', 'utf8')
  return Math.round(Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? Number.NaN) / 1024)
}

/** Lets the peak begin at what is held now. */
export function forgetPeak(): void {
  writeFileSync('/proc/self/clear_refs', '5')
}
