import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type CrashResult, compareHistory } from './crash-rounds.ts'
import { runLoad } from './load.ts'
import { type Served, startServer } from './served.ts'

export type FullDiskResult = Omit<CrashResult, 'otherAnswers' | 'read'> & {
  /** Answers while the disk filled up and was full, by status. */
  readonly answers: Readonly<Record<string, number>>
  /** From the moment there was room again to the first batch taken. */
  readonly recoverySeconds: number
}

const diskMb = 420
const ballastMb = 200

/**
 * Fills a small file system of its own (tmpfs, for which the machine must let this process mount) until nothing more is
 * taken, makes room, and compares what is there. Undefined where mounting is not allowed.
 */
export async function runFullDisk(
  folder: string,
  reserveMb: number,
  say: (line: string) => void,
): Promise<FullDiskResult | undefined> {
  const disk = join(folder, `disk-${reserveMb}`)
  mkdirSync(disk, { recursive: true })
  const mounted = spawnSync('/bin/mount', ['-t', 'tmpfs', '-o', `size=${diskMb}m`, 'tmpfs', disk])
  if (mounted.status !== 0) return undefined
  try {
    return await fillAndRecover(folder, disk, reserveMb, say)
  } finally {
    spawnSync('/bin/umount', [disk])
  }
}

async function fillAndRecover(
  folder: string,
  disk: string,
  reserveMb: number,
  say: (line: string) => void,
): Promise<FullDiskResult> {
  const data = join(disk, 'data')
  const ballast = join(disk, 'ballast')
  writeFileSync(ballast, Buffer.alloc(ballastMb * 2 ** 20))
  const acknowledged = new Set<string>()
  const server = await startServer(data, { LIKENESS_MIN_FREE_DISK_MB: String(reserveMb) })
  const answers = await loadUntilRefused(server, acknowledged)
  const { bavail, bsize } = statfsSync(disk)
  say(`full with ${Math.round((bavail * bsize) / 2 ** 20)} MB left: ${JSON.stringify(answers)}`)
  rmSync(ballast)
  const startedMs = performance.now()
  await untilTaken(server, acknowledged)
  const recoverySeconds = (performance.now() - startedMs) / 1000
  await server[Symbol.asyncDispose]()
  return {
    ...(await compareHistory(join(folder, `replay-${reserveMb}`), data, acknowledged)),
    answers,
    recoverySeconds,
  }
}

/** Goes on for a while after the first refusal: a full disk is a state, not a moment. */
async function loadUntilRefused(server: Served, acknowledged: Set<string>) {
  const answers: Record<string, number> = {}
  let refusedRounds = 0
  for (let round = 0; round < 120 && refusedRounds < 5; round++) {
    const { statuses } = await runLoad(loadOf(server, acknowledged, 1))
    for (const [status, count] of Object.entries(statuses)) answers[status] = (answers[status] ?? 0) + count
    if ((statuses['200'] ?? 0) === 0) refusedRounds += 1
  }
  return answers
}

async function untilTaken(server: Served, acknowledged: Set<string>): Promise<void> {
  for (let tries = 0; tries < 120; tries++) {
    const { statuses } = await runLoad(loadOf(server, acknowledged, 0.2))
    if ((statuses['200'] ?? 0) > 0) return
    await wait(250)
  }
  throw new Error('nothing was taken a minute after there was room again')
}

function loadOf(server: Served, acknowledged: Set<string>, seconds: number) {
  return {
    ...({ url: server.url, key: server.keys.server, connections: 16, batchSize: 50, ids: 'random' } as const),
    seconds,
    onAcknowledged: (ids: readonly string[]) => {
      for (const id of ids) acknowledged.add(id)
    },
  }
}
