import { asBinary } from 'lmdb'
import type { Environment, Key, TableOptions } from './environment.ts'

/** A key that was put or removed, or without one a table that was emptied. */
export type Change = { readonly table: string; readonly options: TableOptions; readonly key?: Key }

const batchSize = 1_000

/** Brings keys of one environment to what another holds under them now; made again it changes nothing. */
export async function replayChanges(
  changes: readonly Change[],
  from: Environment,
  to: Environment,
): Promise<void> {
  let batch: Required<Change>[] = []
  const flush = async () => {
    const keys = batch
    batch = []
    if (keys.length > 0) await copyKeys(keys, from, to)
  }
  for (const { table, options, key } of changes) {
    if (key === undefined) {
      await flush()
      await to.table(table, options).clearAsync()
    } else {
      batch.push({ table, options, key })
      if (batch.length === batchSize) await flush()
    }
  }
  await flush()
}

async function copyKeys(
  keys: readonly Required<Change>[],
  from: Environment,
  to: Environment,
): Promise<void> {
  from.renewReader()
  await to.root.batch(() => {
    for (const { table, options, key } of keys) {
      const bytes = from.table(table, options).getBinary(key as never)
      const target = to.table(table, options)
      const made =
        bytes === undefined ? target.remove(key as never) : target.put(key as never, asBinary(bytes))
      // The batch tells of a failure.
      made.catch(() => undefined)
    }
  })
  to.renewReader()
}
