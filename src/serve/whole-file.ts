import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AppError } from '../core/errors.ts'

/**
 * Writes a file piece by piece; it appears under its name when it is whole, else nothing does. Missing folders are made.
 * @throws AppError 'cannot_write' naming the place and the reason, and whatever `write` throws.
 */
export function writeWholeFile<Result>(
  path: string,
  write: (append: (text: string) => Promise<void>) => Promise<Result>,
): Promise<Result> {
  return replaceFile(path, async (fresh) => {
    const file = await open(fresh, 'w')
    try {
      return await write((text) => file.writeFile(text))
    } finally {
      await file.close()
    }
  })
}

/** The same for what writes a whole file itself, to the path that it is called with: an empty file beside. */
export async function replaceFile<Result>(
  path: string,
  write: (fresh: string) => Promise<Result>,
): Promise<Result> {
  const fresh = `${path}.part`
  try {
    await mkdir(dirname(path), { recursive: true })
    // So that a place that cannot be written is told before the work, and in the words of the file system.
    await writeFile(fresh, '')
    try {
      const result = await write(fresh)
      await rename(fresh, path)
      return result
    } finally {
      await rm(fresh, { force: true })
    }
  } catch (error) {
    throw explainRefusedWrite(path, error)
  }
}

/** A refusal of the file system as an error for a person; any other error as it is. */
export function explainRefusedWrite(path: string, error: unknown): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException
  if (code === undefined || syscall === undefined) return error
  return new AppError(
    'cannot_write',
    { en: `${path} cannot be written (${code})`, zh: `无法写入 ${path}（${code}）` },
    { where: path, cause: error },
  )
}
