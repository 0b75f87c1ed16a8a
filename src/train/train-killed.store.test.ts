import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { createEmbeddedDatabase } from '../database/embedded-database.ts'
import { loadModel } from './registry.ts'

const script = fileURLToPath(new URL('./testing/train-until-killed.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'likeness-train-killed-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Kills in the middle of the second training, and waits for the process that trained to end too. */
async function trainAndKill(path: string): Promise<string> {
  const child = spawn(process.execPath, [script, path], { stdio: ['ignore', 'pipe', 'pipe'] })
  // Both processes write to it: it ends when both have.
  const areOver = once(child.stderr.resume(), 'end')
  const lines = createInterface({ input: child.stdout })
  let version = ''
  let begun = 0
  for await (const line of lines) {
    if (line !== 'begins') version = line
    else if (++begun === 2) break
  }
  await wait(700)
  await kill(child)
  await areOver
  return version
}

async function kill(child: ChildProcess): Promise<void> {
  const isOver = once(child, 'exit')
  child.kill('SIGKILL')
  await isOver
}

test('a kill in the middle of training leaves the last good fit in use with all of its scores, and nothing on its way', async () => {
  const path = join(folder, 'data')
  const version = await trainAndKill(path)
  expect(version).toMatch(/^propensity-30d@/)
  const streams = join(path, 'streams', 'likeness')
  expect(readdirSync(streams)).toEqual([expect.stringMatching(/^training-/)])
  await using database = await createEmbeddedDatabase({ path, sessionCount: 1 })
  expect(readdirSync(streams)).toEqual([])
  const active = await loadModel(database, 'propensity-30d')
  expect(active).toMatchObject({ version, status: 'active' })
  const [row] = await database.query<{ scored: number; customers: number }>(
    `SELECT count() AS scored,
        (SELECT uniqExact(profile_id) FROM events WHERE kind = 'purchase' AND at <= toDateTime64({as_of:String}, 3, 'UTC')) AS customers
     FROM scores FINAL WHERE version = {version:String}`,
    { parameters: { version, as_of: active?.asOf.slice(0, 19) ?? '' } },
  )
  expect(row?.scored).toBe(row?.customers)
}, 120_000)
