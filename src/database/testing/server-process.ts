import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { isMainThread, Worker } from 'node:worker_threads'
import { DataType, load, open } from 'ffi-rs'

/**
 * A ClickHouse server from chDB's own library, in a process of its own: `node server-process.ts LIBRARY ARGUMENT…`.
 * The library's command line listens when a query tells it to, and serves for as long as its last query runs.
 * The call never returns, so a second thread watches that the process which started this one still lives, and clears away after it.
 */
const serveForever =
  'SYSTEM START LISTEN HTTP; SYSTEM START LISTEN TCP; ' +
  'SELECT sleepEachRow(1) FROM system.numbers SETTINGS max_block_size = 1 FORMAT Null'

if (isMainThread) {
  const [library = '', ...serverArguments] = process.argv.slice(2)
  const watcher = new Worker(new URL(import.meta.url), { argv: serverArguments })
  watcher.once('online', () => serve(library, serverArguments))
} else {
  const parent = process.ppid
  while (process.ppid === parent) await wait(200)
  const config = process.argv.find((each) => each.startsWith('--config-file='))?.slice(14)
  try {
    if (config !== undefined) rmSync(dirname(config), { recursive: true, force: true })
  } finally {
    process.kill(process.pid, 'SIGKILL')
  }
}

function serve(library: string, serverArguments: readonly string[]): void {
  open({ library: 'chdb', path: library })
  const values = ['clickhouse-local', ...serverArguments, '--query', serveForever]
  load({
    library: 'chdb',
    funcName: 'chdb_query_cmdline',
    retType: DataType.External,
    paramsType: [DataType.I32, DataType.StringArray],
    paramsValue: [values.length, values],
  })
}
