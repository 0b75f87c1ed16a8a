import { symlinkSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/** In a path the engine reads wildcards, `{alternatives}` and `archive::member`, and knows no escape for them. */
const special = /[*?{}[\]\\]|::/

/** Calls with a path to the file that the engine takes literally: its own, or a link's while the work runs. */
export async function withPlainPath<Result>(
  path: string,
  work: (path: string) => Promise<Result>,
): Promise<Result> {
  const full = resolve(path)
  if (!special.test(full)) return work(full)
  const folder = await mkdtemp(join(tmpdir(), 'likeness-link-'))
  try {
    const link = join(folder, 'file')
    symlinkSync(full, link)
    return await work(link)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
