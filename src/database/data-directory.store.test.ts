import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createEmbeddedDatabase } from './embedded-database.ts'

const script = fileURLToPath(new URL('./testing/write-until-killed.ts', import.meta.url))
let directory: string
let writer: ChildProcess

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'likeness-directory-'))
  writer = spawn(process.execPath, [script, directory], { stdio: ['ignore', 'pipe', 'inherit'] })
})
afterEach(async () => {
  await kill(writer)
  await rm(directory, { recursive: true, force: true })
})

test('a directory that another process holds is refused by name and pid, and free once that process is killed', async () => {
  await readAcknowledged(writer, 1)
  const refused = createEmbeddedDatabase({ path: directory })
  await expect(refused).rejects.toMatchObject({ code: 'directory_in_use', where: directory })
  await expect(refused).rejects.toThrow(String(writer.pid))

  await kill(writer)
  await using database = await createEmbeddedDatabase({ path: directory })
  expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
})

test('a kill in the middle of inserts leaves the directory openable with every acknowledged row, each once', async () => {
  const acknowledged = await readAcknowledged(writer, 5)
  await kill(writer)

  await using database = await createEmbeddedDatabase({ path: directory })
  const stored = await database.query<{ batch: number; rowCount: number; idCount: number }>(
    'SELECT batch, count() AS rowCount, uniqExact(id) AS idCount FROM written GROUP BY batch ORDER BY batch',
  )
  expect(stored.map((each) => each.batch)).toEqual(expect.arrayContaining(acknowledged))
  // The batch in flight is there whole or not at all, and sent again with its token it is stored once.
  const whole = stored.map(({ batch }) => ({ batch, rowCount: 1000, idCount: 1000 }))
  expect(stored).toEqual(whole)
  const last = stored.at(-1)?.batch ?? 0
  await database.insert('written', [{ batch: last, id: 0, text: 'again' }], { token: `batch ${last}` })
  const sql = 'SELECT count() AS count FROM written WHERE batch = {last:UInt32}'
  expect(await database.query(sql, { parameters: { last } })).toEqual([{ count: 1000 }])
})

/** The batches that the child says are stored, once there are at least `count`. */
async function readAcknowledged(child: ChildProcess, count: number): Promise<number[]> {
  let text = ''
  if (child.stdout === null) throw new Error('the child has no output')
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    text += String(chunk)
    const batches = text.split('\n').slice(0, -1).map(Number)
    if (batches.length >= count) return batches
  }
  throw new Error(`the child ended after: ${text}`)
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await ended
}
