import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SavedModel } from '../../src/models/learner.ts'

/** Keeps what was learned as files of a folder: a card NAME.json, and beside it NAME.PART.bin. The card comes last. */
export function keepModel(folder: string, name: string, { parts, ...card }: SavedModel): void {
  mkdirSync(folder, { recursive: true })
  for (const [part, bytes] of Object.entries(parts)) writeWhole(join(folder, `${name}.${part}.bin`), bytes)
  writeWhole(join(folder, `${name}.json`), JSON.stringify({ ...card, parts: Object.keys(parts) }))
}

/** What was kept under that name; undefined where nothing was. */
export function readKept(folder: string, name: string): SavedModel | undefined {
  const path = join(folder, `${name}.json`)
  if (!existsSync(path)) return undefined
  const card = JSON.parse(readFileSync(path, 'utf8')) as Omit<SavedModel, 'parts'> & {
    readonly parts: readonly string[]
  }
  const parts = card.parts.map((part) => [part, readFileSync(join(folder, `${name}.${part}.bin`))] as const)
  return { ...card, parts: Object.fromEntries(parts) }
}

function writeWhole(path: string, content: string | Uint8Array): void {
  writeFileSync(`${path}.part`, content)
  renameSync(`${path}.part`, path)
}
