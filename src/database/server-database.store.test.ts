import { afterAll, expect, test } from 'vitest'
import { testDatabase } from './database.contract.ts'
import { createServerDatabase } from './server-database.ts'
import { findFreePort, startTestServer } from './test-server.ts'

const server = await startTestServer()
afterAll(() => server[Symbol.asyncDispose]())

testDatabase('a server', () => createServerDatabase({ url: server.url }))

test('an address where nobody answers is named as such', async () => {
  const port = await findFreePort()
  const opening = createServerDatabase({ url: `http://127.0.0.1:${port}` })
  await expect(opening).rejects.toMatchObject({ name: 'AppError', code: 'database_unreachable' })
})
