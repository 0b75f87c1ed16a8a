import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { refuseTakenPort } from './serve.ts'

test('a port that is taken is refused before the work, a free one is not', async () => {
  const server = createServer().listen({ host: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  await expect(refuseTakenPort({ host: '127.0.0.1', port })).rejects.toMatchObject({
    code: 'bad_config',
    message: `port ${port} of 127.0.0.1 cannot be listened on (EADDRINUSE)`,
  })
  server.close()
  await once(server, 'close')
  await expect(refuseTakenPort({ host: '127.0.0.1', port })).resolves.toBeUndefined()
})

test('an address that this machine does not have is refused, too', async () => {
  await expect(refuseTakenPort({ host: '203.0.113.7', port: 0 })).rejects.toThrow('EADDRNOTAVAIL')
})
