import { readFileSync } from 'node:fs'

/** Processor time and memory of another process, from /proc; Linux alone. */
export type ProcessUse = { readonly cpuSeconds: number; readonly memoryMb: number }

const ticksPerSecond = 100

export function readProcessUse(pid: number): ProcessUse {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const cpuSeconds = (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
  const rss = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return { cpuSeconds, memoryMb: Math.round(Number(rss ?? 0) / 1024) }
}
