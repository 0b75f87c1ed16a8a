import { statfs } from 'node:fs/promises'

/** How much room the disk of a folder has left, looked at again and again. */
export type DiskRoom = Disposable & {
  /** Whether less than the reserve was left when last looked at. */
  isShort(): boolean
}

const intervalMs = 1_000

/**
 * Watches the room of the disk that holds `path`. A database whose disk is filled to the last byte cannot even tidy up,
 * so writing stops while a reserve is left.
 * @throws what the file system says when the folder is not there.
 */
export async function watchDiskRoom(path: string, reserveBytes: number): Promise<DiskRoom> {
  const look = async () => {
    const { bavail, bsize } = await statfs(path)
    return bavail * bsize < reserveBytes
  }
  let isShort = await look()
  const timer = setInterval(() => {
    // A look that fails tells nothing; the write that follows will.
    void look().then(
      (answer) => {
        isShort = answer
      },
      () => undefined,
    )
  }, intervalMs)
  timer.unref()
  return { isShort: () => isShort, [Symbol.dispose]: () => clearInterval(timer) }
}
