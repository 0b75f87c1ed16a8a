import { createEmbeddedDatabase } from '../../database/embedded-database.ts'
import { migrate } from '../../database/migrate.ts'
import { featureDefinitions } from '../../features/definitions.ts'
import { trainInWorker } from '../train-in-worker.ts'
import { firstDayMs, historyDays, insertOrders } from './made-up-orders.ts'

/**
 * Trains in the data directory named on the command line, again and again as of later days, until someone kills the process. Prints
 * a line as a training begins, and the version once it is in use.
 */
const dayMs = 86_400_000
const database = await createEmbeddedDatabase({ path: process.argv[2] ?? '', sessionCount: 2 })
await migrate(database)
const names = 'order_count recency_days first_order_days spend_clipped last_view_days'.split(' ')
const definitions = featureDefinitions.filter(({ name }) => names.includes(name))
await insertOrders(database, { doLeave: true, people: 200 })
for (let day = historyDays - 30; ; day++) {
  const asOfMs = firstDayMs + day * dayMs
  process.stdout.write('begins\n')
  const { models } = await trainInWorker<'train'>(
    database,
    {
      ...{ kind: 'train', models: ['propensity-30d'], isForced: true },
      ...{ asOfMs, nowMs: asOfMs, timeZone: 'UTC', seed: 1, definitions },
    },
    { progress: () => undefined, signal: new AbortController().signal },
  )
  process.stdout.write(`${models[0]?.version ?? 'none'}\n`)
}
