import type { ChildProcess } from 'node:child_process'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { readdirSync, statSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../database/database.ts'
import { createTestDatabase } from '../database/test-database.ts'
import { featureDefinitions } from '../features/definitions.ts'
import { listModels } from './registry.ts'
import { firstDayMs, historyDays, insertOrders } from './testing/made-up-orders.ts'
import { trainInWorker } from './train-in-worker.ts'
import type { TrainingJob } from './training-job.ts'

const atMs = firstDayMs + historyDays * 86_400_000
const definitions = featureDefinitions.filter(({ name }) => ['order_count', 'recency_days'].includes(name))
const job: Extract<TrainingJob, { kind: 'train' }> = {
  ...{ kind: 'train', models: ['propensity-30d'], isForced: false, timeZone: 'UTC', seed: 1 },
  ...{ definitions, asOfMs: atMs, nowMs: atMs },
}
const begun: ChildProcess[] = []
const noteBegun = (message: unknown) => void begun.push((message as { process: ChildProcess }).process)
let database: Database

beforeAll(async () => {
  subscribe('child_process', noteBegun)
  database = await createTestDatabase()
  await insertOrders(database, { doLeave: true, people: 150 })
})
afterAll(async () => {
  unsubscribe('child_process', noteBegun)
  await database[Symbol.asyncDispose]()
})

test('native code that crashes while it trains fails the training and nothing else', async () => {
  const training = trainInWorker<'train'>(database, job, {
    progress: () => begun.at(-1)?.kill('SIGSEGV'),
    signal: new AbortController().signal,
  })
  await expect(training).rejects.toThrow('the training process ended with SIGSEGV')
  expect(await listModels(database)).toEqual([])
  expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
  expect(readdirSync(database.streamFolder ?? '')).toEqual([])
})

test('streams lie where nobody else may look while it trains; afterwards neither they nor the process are left', async () => {
  const seen: string[][] = []
  const folder = database.streamFolder ?? ''
  const { models } = await trainInWorker<'train'>(database, job, {
    progress: () => seen.push(readdirSync(folder)),
    signal: new AbortController().signal,
  })
  expect(models).toHaveLength(1)
  expect(seen[0]).toEqual([expect.stringMatching(/^training-/)])
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  expect(readdirSync(folder)).toEqual([])
  expect(begun.at(-1)?.signalCode).toBe('SIGKILL')
})
