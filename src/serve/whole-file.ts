import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AppError } from '../core/errors.ts'

/**
 * Writes a file piece by piece; it appears under its name when it is whole, else nothing does. Missing folders are made.
 * @throws AppError 'cannot_write' naming the place and the reason, and whatever `write` throws.
 */
export async function writeWholeFile<Result>(
  path: string,
  write: (append: (text: string) => Promise<void>) => Promise<Result>,
): Promise<Result> {
  const fresh = `${path}.part`
  try {
    await mkdir(dirname(path), { recursive: true })
    const file = await open(fresh, 'w')
    try {
      const result = await write((text) => file.writeFile(text))
      await file.close()
      await rename(fresh, path)
      return result
    } finally {
      await file.close()
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
