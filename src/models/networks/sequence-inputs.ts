import type { Feeds } from '../../tensor/onnx-session.ts'
import type { EventSequences, SequenceEvent } from '../event-sequences.ts'

/** The words that a sequence network knows; plain data. Ids: 0 nothing, 1 a word it does not know, then these in their order. */
export type Vocabulary = { readonly kinds: readonly string[]; readonly items: readonly string[] }

export const firstWordId = 2
const unknownId = 1

/** Commonest first, of equally common ones by name; items that stand once alone are not learned. */
export function fitVocabulary(sequences: EventSequences['sequences'], maxItems: number): Vocabulary {
  const [kinds, items] = [new Map<string, number>(), new Map<string, number>()]
  const count = (counts: Map<string, number>, word: string) => counts.set(word, (counts.get(word) ?? 0) + 1)
  for (const events of sequences)
    for (const { kind, item } of events) {
      count(kinds, kind)
      if (item !== undefined) count(items, item)
    }
  const repeated = new Map([...items].filter(([, times]) => times > 1))
  return { kinds: sortByCount(kinds), items: sortByCount(repeated).slice(0, maxItems) }
}

function sortByCount(counts: ReadonlyMap<string, number>): string[] {
  return [...counts].sort(([a, many], [b, others]) => others - many || (a < b ? -1 : 1)).map(([word]) => word)
}

/** What a network reads of the last `moments` events of rows, the last one at the end; what is missing before them is 0. */
export type SequenceInputs = {
  readonly feedOf: (rows: Uint32Array) => Feeds
}

/** Columns beside kind and item: time since the event before, and until the next one or the row's moment. */
export const gapColumns = 2

export function prepareSequences(
  { kinds, items }: Vocabulary,
  { sequences, asOfMs }: EventSequences,
  moments: number,
): SequenceInputs {
  const [kindIds, itemIds] = [idsOf(kinds), idsOf(items)]
  const write = (batch: Batch, place: number, row: number) => {
    const events = sequences[row] ?? []
    batch.length[place] = scaleCount(events.length)
    const first = Math.max(0, events.length - moments)
    for (const [index, event] of events.slice(first).entries()) {
      const at = place * moments + moments - (events.length - first) + index
      const number = first + index
      batch.kinds[at] = kindIds.get(event.kind) ?? unknownId
      batch.items[at] = event.item === undefined ? 0 : (itemIds.get(event.item) ?? unknownId)
      batch.isThere[at] = 1
      batch.gaps[at * gapColumns] = scaleGap(event.atMs - timeOf(events[number - 1], event.atMs))
      batch.gaps[at * gapColumns + 1] = scaleGap(
        timeOf(events[number + 1], asOfMs[row] ?? Number.NaN) - event.atMs,
      )
    }
  }
  return {
    feedOf(rows) {
      const batch = createBatch(rows.length, moments)
      for (const [place, row] of rows.entries()) write(batch, place, row)
      return feedsOf(batch, rows.length, moments)
    },
  }
}

type Batch = ReturnType<typeof createBatch>

function createBatch(rowCount: number, moments: number) {
  return {
    kinds: new Int32Array(rowCount * moments),
    items: new Int32Array(rowCount * moments),
    isThere: new Float32Array(rowCount * moments),
    gaps: new Float32Array(rowCount * moments * gapColumns),
    length: new Float32Array(rowCount),
  }
}

function feedsOf(batch: Batch, rowCount: number, moments: number): Feeds {
  const shape = [rowCount, moments]
  return {
    kinds: { data: batch.kinds, shape },
    items: { data: batch.items, shape },
    'is there': { data: batch.isThere, shape },
    gaps: { data: batch.gaps, shape: [...shape, gapColumns] },
    length: { data: batch.length, shape: [rowCount, 1] },
  }
}

function idsOf(words: readonly string[]): ReadonlyMap<string, number> {
  return new Map(words.map((word, index) => [word, index + firstWordId]))
}

function timeOf(event: SequenceEvent | undefined, otherwise: number): number {
  return event?.atMs ?? otherwise
}

/** ln(1 + minutes), a year as 1. */
function scaleGap(ms: number): number {
  return Math.log1p(ms / 60_000) / Math.log1p(365 * 24 * 60)
}

/** ln(1 + events), a thousand as 1. */
function scaleCount(count: number): number {
  return Math.log1p(count) / Math.log1p(1000)
}
