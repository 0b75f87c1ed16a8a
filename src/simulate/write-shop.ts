import { createWriteStream } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { throwIfStopped } from '../core/errors.ts'
import type { Progress } from '../core/progress.ts'
import { createRandom, type Random } from '../math/random.ts'
import { dayMs } from './calendar.ts'
import { describeItem } from './catalogue.ts'
import type { GivenShopOptions } from './shop-options.ts'
import { type SimulatedShop, simulateShop } from './simulate-shop.ts'
import { countBrokenLine, createTally, type Tally } from './tally.ts'
import type { ShopTruth } from './truth.ts'

export type WriteShopOptions = GivenShopOptions & {
  readonly seed?: number | string
  /** Writes events.jsonl.gz instead of events.jsonl. */
  readonly isGzipped?: boolean
  readonly progress?: Progress
  readonly signal?: AbortSignal
}

/** Where the shop was written, and its truth. */
export type WrittenShop = {
  readonly eventsFile: string
  readonly catalogueFile: string
  readonly truthFile: string
  /** One line per shopper. */
  readonly shoppersFile: string
  readonly truth: ShopTruth
}

/**
 * Simulates a shop into a folder: its calls as Segment JSONL, its catalogue, and what is true of it. Never holds
 * more than a chunk of text beside what the simulation holds. The truth then counts `broken_line`, too.
 * @throws AppError 'stopped' once the signal fires; the half-written files are removed. 'bad_input' as simulateShop.
 */
export async function writeShop(folder: string, options: WriteShopOptions = {}): Promise<WrittenShop> {
  const { seed = 1, isGzipped = false, progress, signal, ...given } = options
  const shop = simulateShop(given, createRandom(seed))
  const tally = createTally(shop.items.length)
  const files = {
    eventsFile: join(folder, isGzipped ? 'events.jsonl.gz' : 'events.jsonl'),
    catalogueFile: join(folder, 'catalogue.jsonl'),
    truthFile: join(folder, 'truth.json'),
    shoppersFile: join(folder, 'truth-shoppers.jsonl'),
  }
  await mkdir(folder, { recursive: true })
  const report = () => {
    const day = Math.floor(((tally.lastMs ?? shop.options.startMs) - shop.options.startMs) / dayMs) + 1
    progress?.({ stage, done: day, total: shop.options.dayCount, unit: 'days' })
  }
  try {
    await writeLines(files.catalogueFile, shop.items.values().map(describeItem).map(toJson), { signal })
    const lines = eventLines(shop, tally, createRandom(seed).fork('lines'))
    await writeLines(files.eventsFile, lines, { isGzipped, signal, report })
    await writeLines(files.shoppersFile, shop.shoppers().map(toJson), { signal })
    const truth = shop.truth(tally)
    await writeFile(files.truthFile, `${JSON.stringify(truth, null, 1)}\n`)
    return { ...files, truth }
  } catch (error) {
    await Promise.all(Object.values(files).map((file) => rm(file, { force: true })))
    throwIfStopped(signal)
    throw error
  }
}

const stage = { en: 'Simulating a shop', zh: '正在模拟商店' }
const chunkLength = 256 * 1024

/** The calls as lines; at the planted rate, a line is followed by its own beginning, as a broken connection leaves it. */
function* eventLines(shop: SimulatedShop, tally: Tally, random: Random): Generator<string> {
  const { broken_line: brokenRate } = shop.options.dirtRates
  for (const call of shop.calls(tally)) {
    const line = toJson(call)
    yield line
    if (random.next() >= brokenRate) continue
    countBrokenLine(tally)
    yield line.slice(0, 1 + random.integer(line.length - 2))
  }
}

type WriteOptions = {
  readonly isGzipped?: boolean
  readonly signal: AbortSignal | undefined
  /** Called about every 256 KB. */
  readonly report?: () => void
}

/** Waits for the disk (and the compressor) whenever they lag behind. */
async function writeLines(file: string, lines: Iterator<string>, options: WriteOptions): Promise<void> {
  const { isGzipped = false, signal, report } = options
  const source = Readable.from(chunks(lines, report), { highWaterMark: 2 })
  const target = createWriteStream(file)
  const whileAllowed = signal ? { signal } : {}
  if (isGzipped) await pipeline(source, createGzip({ level: 3 }), target, whileAllowed)
  else await pipeline(source, target, whileAllowed)
}

function* chunks(lines: Iterator<string>, report: (() => void) | undefined): Generator<string> {
  let text = ''
  for (let next = lines.next(); !next.done; next = lines.next()) {
    text += `${next.value}\n`
    if (text.length < chunkLength) continue
    yield text
    text = ''
    report?.()
  }
  if (text !== '') yield text
  report?.()
}

function toJson(value: unknown): string {
  return JSON.stringify(value)
}
