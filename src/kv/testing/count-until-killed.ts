import { openKeyValueStore } from '../key-value-store.ts'

/**
 * Counts up in two tables of the folder named on the command line, by `write` and `transact` in turn, and prints each
 * number once it is acknowledged, until someone kills the process.
 */
const store = openKeyValueStore(process.argv[2] ?? '')
const counts = store.table<number>('counts', { values: 'json', keys: 'ordered' })
const entries = store.table<string>('entries', { values: 'json', keys: 'number' })
for (let number = entries.count(); ; number++) {
  const add = () => {
    entries.put(number, `entry ${number}`)
    counts.put('count', number + 1)
  }
  await (number % 2 === 0 ? store.write(add) : store.transact(add))
  process.stdout.write(`${number}\n`)
}
