import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { join } from 'node:path'

/** The file that names the generation in use; without it, that is the first. */
const pointerName = 'current'
/** The file of an environment with the data, and the one of its readers. */
const [dataName, lockName] = ['data.mdb', 'lock.mdb']

/**
 * Compaction writes an environment anew beside the old one. The first lies in the folder itself (0), later ones in folders
 * named by their numbers.
 * @throws Error when the folder names a generation that is not there: an empty one must not take its place.
 */
export function findGeneration(path: string): number {
  const pointer = join(path, pointerName)
  if (!existsSync(pointer)) return 0
  const text = readFileSync(pointer, 'utf8').trim()
  const generation = Number(text)
  const isThere = /^\d+$/.test(text) && existsSync(join(folderOf(path, generation), dataName))
  if (!isThere) throw new Error(`${pointer} names generation '${text}', which is not there`)
  return generation
}

export function folderOf(path: string, generation: number): string {
  return generation === 0 ? path : join(path, String(generation))
}

/** Bytes on disk of the data of a generation. */
export function dataFileOf(path: string, generation: number): string {
  return join(folderOf(path, generation), dataName)
}

/** Makes a generation the one that is opened next, at once and for good: it is on disk when this resolves. */
export async function makeCurrent(path: string, generation: number): Promise<void> {
  const temporary = join(path, `${pointerName}.new`)
  await writeDurably(temporary, `${generation}\n`)
  await rename(temporary, join(path, pointerName))
  await syncFolder(path)
}

/** Removes all generations but one, with what a compaction that was cut off left behind. */
export function dropOthers(path: string, kept: number): void {
  const others = readdirSync(path).filter((name) => /^\d+$/.test(name) && Number(name) !== kept)
  const files = kept === 0 ? [] : [dataName, lockName]
  for (const name of [...others, ...files, `${pointerName}.new`]) {
    rmSync(join(path, name), { recursive: true, force: true })
  }
}

/** Resolves once the bytes of a file are on disk. */
export async function syncFile(path: string): Promise<void> {
  await using file = await open(path, 'r+')
  await file.sync()
}

/** Resolves once the names in a folder are on disk; Windows sees to that by itself. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  await using folder = await open(path, 'r')
  await folder.sync()
}

async function writeDurably(path: string, text: string): Promise<void> {
  await using file = await open(path, 'w', 0o600)
  await file.writeFile(text)
  await file.sync()
}
