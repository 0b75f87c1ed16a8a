import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { runCrashRounds } from '../bench/ingest/crash-rounds.ts'
import { createRandom } from '../src/math/random.ts'

const folder = mkdtempSync(join(tmpdir(), 'likeness-crash-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('killed 25 times under load, nothing acknowledged is lost, nothing is stored twice, the graph is its calls’ and each profile its history’s', async () => {
  const say = () => undefined
  const rounds = {
    folder,
    kills: 25,
    longestLoadMs: 600,
    connections: 32,
    batchSize: 20,
    random: createRandom(20261124),
    say,
  }
  const result = await runCrashRounds(rounds)
  expect(result.acknowledged).toBeGreaterThan(1_000)
  expect(result).toMatchObject({ lost: 0, twice: 0, isGraphReplayed: true, otherAnswers: {} })
  // Those whom the last lull has read, at least.
  expect(result.living).toBeGreaterThanOrEqual(10)
  expect(result.livingDiffering).toBe(0)
  expect(result.stored).toBeGreaterThanOrEqual(result.acknowledged)
}, 300_000)
