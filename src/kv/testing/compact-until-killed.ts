import { openKeyValueStore } from '../key-value-store.ts'

/**
 * Counts up in two tables of the folder named on the command line, overwriting the one and filling and emptying the other,
 * while compactions follow one another. Prints `N` once a step is acknowledged and `compacted` after each compaction,
 * until someone kills the process.
 */
const store = openKeyValueStore(process.argv[2] ?? '')
const counts = store.table<number>('counts', { values: 'json', keys: 'ordered' })
const entries = store.table<Uint8Array>('entries', { values: 'binary', keys: 'binary' })
const keyOf = (number: number) => Buffer.from(String(number).padStart(10, '0'))

async function countUp(): Promise<void> {
  for (let number = (counts.get('count') ?? 0) + 1; ; number++) {
    const step = () => {
      entries.put(keyOf(number), Buffer.alloc(3000, `entry ${number};`))
      entries.remove(keyOf(number - 200))
      counts.put('count', number)
    }
    await (number % 2 === 0 ? store.write(step) : store.transact(step))
    process.stdout.write(`${number}\n`)
  }
}

async function compactAgain(): Promise<void> {
  for (;;) {
    await store.compact()
    process.stdout.write('compacted\n')
  }
}

await Promise.all([countUp(), compactAgain()])
