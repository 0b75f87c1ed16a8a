import { MessageChannel } from 'node:worker_threads'
import { connectDatabase } from './connect-database.ts'
import { testDatabase } from './database.contract.ts'
import { serveDatabase } from './serve-database.ts'
import { createTestDatabase } from './test-database.ts'

/** The same over a port as it is between threads; both ends of the port lie in this one. */
testDatabase('a database of another thread', async () => {
  const database = await createTestDatabase()
  const { port1, port2 } = new MessageChannel()
  serveDatabase(database, port1)
  const connected = connectDatabase(port2, { kind: database.kind })
  return {
    ...connected,
    [Symbol.asyncDispose]: async () => {
      await connected[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
    },
  }
})
