import { fork } from 'node:child_process'
import { once } from 'node:events'
import { connectDatabase } from './connect-database.ts'
import { testDatabase } from './database.contract.ts'
import { createProcessLine } from './message-line.ts'

/** The engine lies in another process, and is asked from this one. */
testDatabase('a database of another process', async () => {
  const owner = fork(new URL('./testing/serve-test-database.ts', import.meta.url), {
    serialization: 'advanced',
    execArgv: [],
  })
  await once(owner, 'message')
  const connected = connectDatabase(createProcessLine(owner, 'database'), { kind: 'embedded' })
  return {
    ...connected,
    [Symbol.asyncDispose]: async () => {
      await connected[Symbol.asyncDispose]()
      const isOver = once(owner, 'exit')
      owner.disconnect()
      await isOver
    },
  }
})
