import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import type { ProgressStep } from '../core/progress.ts'
import { writeShop } from './write-shop.ts'

const folder = mkdtempSync(join(tmpdir(), 'likeness-shop-'))
afterAll(() => rmSync(folder, { recursive: true }))

const size = {
  shopperCount: 80,
  itemCount: 60,
  dayCount: 150,
  dirtRates: {
    duplicate: 0.01,
    no_identity: 0.01,
    illegal_id: 0.01,
    time_future: 0.01,
    bad_price: 0.01,
    no_event: 0.01,
    broken_line: 0.01,
  },
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line)
    return true
  } catch {
    return false
  }
}

test('every line is accounted for, and as many as planted are broken', async () => {
  const steps: ProgressStep[] = []
  const shop = await writeShop(join(folder, 'plain'), { ...size, progress: (step) => steps.push(step) })
  const lines = readFileSync(shop.eventsFile, 'utf8').trimEnd().split('\n')
  const { counts } = shop.truth
  expect(lines.length).toBe(counts.lines)
  expect(lines.filter((line) => !isJson(line)).length).toBe(counts.origins.broken_line)
  expect(counts.origins.broken_line).toBeGreaterThan(10)
  expect(readFileSync(shop.catalogueFile, 'utf8').trimEnd().split('\n')).toHaveLength(60)
  const people = readFileSync(shop.shoppersFile, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(people.map((person) => person.index)).toEqual(Array.from({ length: 80 }, (_, index) => index))
  expect(JSON.parse(readFileSync(shop.truthFile, 'utf8'))).toEqual(JSON.parse(JSON.stringify(shop.truth)))
  expect(steps.at(-1)).toMatchObject({ total: 150, unit: 'days' })
  expect(steps.at(-1)?.done).toBeLessThanOrEqual(150)
})

test('the compressed file holds the same lines', async () => {
  const plain = await writeShop(join(folder, 'again'), { ...size, seed: 'x' })
  const packed = await writeShop(join(folder, 'packed'), { ...size, seed: 'x', isGzipped: true })
  expect(packed.eventsFile).toMatch(/\.jsonl\.gz$/)
  expect(gunzipSync(readFileSync(packed.eventsFile)).equals(readFileSync(plain.eventsFile))).toBe(true)
})

test('a stopped simulation leaves no half-written file', async () => {
  const stop = new AbortController()
  const target = join(folder, 'stopped')
  const work = writeShop(target, { ...size, progress: () => stop.abort(), signal: stop.signal })
  await expect(work).rejects.toMatchObject({ code: 'stopped' })
  for (const name of ['events.jsonl', 'catalogue.jsonl', 'truth.json', 'truth-shoppers.jsonl']) {
    expect(existsSync(join(target, name))).toBe(false)
  }
})
