import { type FileHandle, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { throwIfStopped } from '../core/errors.ts'
import type { Database, QueryOptions } from './database.ts'
import { parseRows } from './engine/rows.ts'

/** Bytes that are read and parsed at once: some milliseconds. */
const batchBytes = 262_144

/**
 * The database with streams that go by way of files. The embedded engine begins a stream in the thread that asks for it and keeps
 * that thread until the first rows are there (chDB 3.4: up to seconds for the features of everybody), whereas it writes a file beside
 * it. For processes that must not hold up the one that owns the engine. A stream is worked out whole before its first row, so that it
 * is for what is read to its end.
 * @param folder of the same machine, and nobody else's: files hold what was asked for, and are removed once they are open.
 */
export function streamByFile(database: Database, folder: string): Database {
  let count = 0
  async function* stream<Row>(sql: string, options: QueryOptions = {}): AsyncGenerator<readonly Row[]> {
    const path = join(folder, `stream-${++count}.jsonl`)
    await database.exportTo({ path, format: 'JSONEachRow' }, sql, options)
    await using file = await open(path)
    await rm(path)
    for await (const text of readLines(file)) {
      throwIfStopped(options.signal)
      yield parseRows<Row>(text)
    }
  }
  return { ...database, stream }
}

/** Whole lines of a file, many at once. */
async function* readLines(file: FileHandle): AsyncGenerator<string> {
  let rest = Buffer.alloc(0)
  for (;;) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(batchBytes), 0, batchBytes)
    if (bytesRead === 0) break
    const read = Buffer.concat([rest, buffer.subarray(0, bytesRead)])
    const end = read.lastIndexOf(0x0a) + 1
    rest = read.subarray(end)
    if (end > 0) yield read.toString('utf8', 0, end)
  }
  if (rest.length > 0) yield rest.toString('utf8')
}
