import { startListener, startWorker, type WorkerProcess } from '../processes.ts'
import type { ReadJob, ReadResult } from './read-load.ts'

/** A reader in a process of its own. */
export type ReaderProcess = WorkerProcess<ReadJob, ReadResult>

/** @param idsPath a file with a JSON list of profile ids */
export function startReader(idsPath: string): ReaderProcess {
  return startWorker(new URL('./reader-process.ts', import.meta.url), [idsPath])
}

/** A server that answers every profile with as many bytes. */
export function startConstantServer(bytes: number) {
  return startListener(new URL('./constant-server.ts', import.meta.url), [String(bytes)])
}
