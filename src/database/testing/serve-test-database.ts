import { createProcessLine } from '../message-line.ts'
import { serveDatabase } from '../serve-database.ts'
import { createTestDatabase } from '../test-database.ts'

/** Serves a fresh database to the process that forked this one, until that leaves off. */
const database = await createTestDatabase()
const line = createProcessLine(process, 'database')
serveDatabase(database, line)
process.once('disconnect', () => void database[Symbol.asyncDispose]())
process.send?.('ready')
