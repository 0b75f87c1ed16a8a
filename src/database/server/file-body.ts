import { createReadStream } from 'node:fs'
import { PassThrough } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import type { FileLoad } from '../database.ts'

/** A file on its way to a server: the bytes, unpacked, and what became of reading them. */
export type FileBody = {
  readonly body: PassThrough
  /** The failure of reading or unpacking, once the body has ended; undefined when there was none. */
  readonly failure: Promise<unknown>
}

/** Reads as fast as the server takes the bytes; never the whole file at once. */
export function openFileBody(load: Pick<FileLoad, 'path' | 'compression'>): FileBody {
  const body = new PassThrough()
  const file = createReadStream(load.path)
  const sent = load.compression === 'gzip' ? pipeline(file, createGunzip(), body) : pipeline(file, body)
  return {
    body,
    failure: sent.then(
      () => undefined,
      (error: unknown) => error,
    ),
  }
}
