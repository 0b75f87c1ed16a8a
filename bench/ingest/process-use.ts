import { readFileSync } from 'node:fs'

/** Processor time and memory of another process, from /proc; Linux alone. */
export type ProcessUse = {
  readonly cpuSeconds: number
  /** Memory of its own; pages of files that are mapped (the journal) are the system's to take back. */
  readonly memoryMb: number
  /** With the pages of mapped files. */
  readonly residentMb: number
}

const ticksPerSecond = 100

export function readProcessUse(pid: number): ProcessUse {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const cpuSeconds = (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const readMb = (name: string) =>
    Math.round(Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) / 1024)
  return { cpuSeconds, memoryMb: readMb('RssAnon'), residentMb: readMb('VmRSS') }
}
