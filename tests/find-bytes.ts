import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Those of some texts whose bytes lie in any file under a folder. */
export function findBytes(folder: string, texts: readonly string[]): readonly string[] {
  const found = new Set<string>()
  for (const file of listFiles(folder)) {
    const bytes = ifThere(() => readFileSync(file))
    for (const text of texts) if (bytes?.includes(text)) found.add(text)
  }
  return texts.filter((text) => found.has(text))
}

function listFiles(folder: string): readonly string[] {
  const entries = ifThere(() => readdirSync(folder, { withFileTypes: true })) ?? []
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return listFiles(path)
    return entry.isFile() ? [path] : []
  })
}

/** The engine removes files while they are searched. */
function ifThere<Result>(read: () => Result): Result | undefined {
  try {
    return read()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
