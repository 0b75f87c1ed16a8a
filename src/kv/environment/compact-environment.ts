import { rmSync } from 'node:fs'
import { mkdir, stat, statfs } from 'node:fs/promises'
import { Environment, type TableOptions } from './environment.ts'
import { dataFileOf, dropOthers, folderOf, makeCurrent, syncFile, syncFolder } from './generations.ts'
import { type Change, replayChanges } from './replay-changes.ts'
import { requireRoom } from './require-room.ts'
import type { WriteGate } from './write-gate.ts'

/** The size of the data on disk. */
export type CompactionReport = { readonly bytesBefore: number; readonly bytesAfter: number }

type Compaction = {
  readonly path: string
  readonly environment: Environment
  readonly generation: number
  readonly gate: WriteGate
  /** Every table that may have changed. */
  readonly tables: ReadonlyMap<string, TableOptions>
  /** What has changed since the last call; the first one begins to note it down. */
  readonly takeNews: () => readonly Change[]
  /** Reads and writes go to this one from here on. */
  readonly use: (environment: Environment, generation: number) => void
}

/** So few changes are made while writers wait; more are made beforehand, a bounded number of times. */
const fewChanges = 500
const maxRounds = 10
/** Left free beside the copy for what comes in meanwhile. */
const spareBytes = 64 * 2 ** 20

/**
 * Copies what is alive into a new file while writes go on, makes there what they have changed since, and puts it in the
 * place of the old one in a moment without writes. Only the used parts of pages are copied, and pages that hold nothing
 * any more are not. Until the pointer to the new file is on disk the old one is whole; from then on nothing is written
 * to it.
 */
export async function compactEnvironment(compaction: Compaction): Promise<CompactionReport> {
  const { path, environment, generation, gate, takeNews } = compaction
  const next = generation + 1
  await checkRoom(compaction)
  const { size: bytesBefore } = await stat(dataFileOf(path, generation))
  let fresh: Environment | undefined
  try {
    // Nothing is under way when noting begins, so all that the copy may lack is noted.
    await gate.hold(takeNews)
    await copyEnvironment(environment, path, next)
    fresh = new Environment(folderOf(path, next))
    await catchUp(compaction, fresh)
    await changeOver(compaction, fresh, next)
  } catch (error) {
    await fresh?.close()
    rmSync(folderOf(path, next), { recursive: true, force: true })
    throw error
  }
  await environment.close()
  dropOthers(path, next)
  await syncFolder(path)
  const { size: bytesAfter } = await stat(dataFileOf(path, next))
  return { bytesBefore, bytesAfter }
}

async function checkRoom({ path, environment }: Compaction): Promise<void> {
  const { bavail, bsize } = await statfs(path)
  requireRoom({ path, neededBytes: environment.liveBytes() + spareBytes, freeBytes: bavail * bsize })
}

async function copyEnvironment(environment: Environment, path: string, generation: number): Promise<void> {
  const folder = folderOf(path, generation)
  rmSync(folder, { recursive: true, force: true })
  await mkdir(folder, { mode: 0o700 })
  await environment.root.backup(folder, true)
  await syncFile(dataFileOf(path, generation))
  await syncFolder(folder)
  await syncFolder(path)
}

/** Makes most changes before writers have to wait. */
async function catchUp({ environment, gate, takeNews }: Compaction, fresh: Environment): Promise<void> {
  for (let round = 0; round < maxRounds; round++) {
    const news = await gate.hold(takeNews)
    await replayChanges(news, environment, fresh)
    if (news.length <= fewChanges) return
  }
}

function changeOver(
  { path, environment, generation, gate, tables, takeNews, use }: Compaction,
  fresh: Environment,
  next: number,
): Promise<void> {
  return gate.hold(async () => {
    await replayChanges(takeNews(), environment, fresh)
    for (const [name, options] of tables) fresh.table(name, options)
    try {
      await makeCurrent(path, next)
    } catch (error) {
      // Whether the disk has it is not known: before anything is written, the old one is made current again.
      await makeCurrent(path, generation)
      throw error
    }
    use(fresh, next)
  })
}
