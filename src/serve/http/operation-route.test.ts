import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { Engine } from '../engine.ts'
import type { Operation } from '../operation.ts'
import { runRemotely } from '../remote-operation.ts'
import { closeInOrder } from './connections.ts'
import { addOperationRoute } from './operation-route.ts'

test('work whose caller goes away is stopped, though the connection may be half closed', async () => {
  const stopped = Promise.withResolvers<string>()
  const operation = {
    name: 'wait',
    input: z.object({}),
    run: (_input: object, { progress, signal }: Parameters<Operation['run']>[1]) => {
      progress({ stage: { en: 'waiting', zh: '等待' }, done: 0 })
      signal.addEventListener('abort', () => stopped.resolve(String(signal.reason)))
      return stopped.promise
    },
  } as unknown as Operation
  const app = Fastify()
  closeInOrder(app)
  const stopSignal = new AbortController().signal
  addOperationRoute(app, { engine: {} as Engine, operations: [operation], token: 'token', stopSignal })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const caller = new AbortController()
  const asked = runRemotely(
    { pid: process.pid, url, token: 'token' },
    'wait',
    {},
    {
      signal: caller.signal,
      progress: () => caller.abort(new Error('interrupted')),
    },
  )
  await expect(asked).rejects.toMatchObject({ code: 'stopped' })
  expect(await stopped.promise).toContain('the caller went away')
  await app.close()
})
