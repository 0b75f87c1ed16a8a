import type { Feed } from '../../tensor/onnx-session.ts'

/** The lengths to which texts are filled up, shortest first: a quarter, a half and all of the longest. */
export function lengthsUpTo(longest: number): readonly [number, ...number[]] {
  const lengths = [longest / 4, longest / 2].map(Math.ceil).filter((length) => length >= 8)
  const [first = longest, ...more] = [...lengths, longest]
  return [first, ...more]
}

/** The number of the shortest length that holds all texts of a batch. */
export function formOf(lengths: readonly number[], texts: readonly Int32Array[], rows: Uint32Array): number {
  const longest = rows.reduce((most, row) => Math.max(most, texts[row]?.length ?? 0), 0)
  return Math.max(
    0,
    lengths.findIndex((length) => length >= longest),
  )
}

/** Batches of texts of one length each, in which the longest have `size` texts and shorter ones more, so that all cost alike. */
export function cutByLength(
  lengths: readonly number[],
  texts: readonly Int32Array[],
  order: Uint32Array,
  size: number,
): Uint32Array[] {
  const longest = lengths.at(-1) ?? 1
  const open = lengths.map((): number[] => [])
  const batches: Uint32Array[] = []
  for (const row of order) {
    const form = formOf(lengths, texts, Uint32Array.of(row))
    const batch = open[form] ?? []
    batch.push(row)
    if (batch.length < Math.round((size * longest) / (lengths[form] ?? longest))) continue
    batches.push(Uint32Array.from(batch))
    open[form] = []
  }
  // What is left over of all lengths: shorter ones are read with longer ones rather than in a step of their own.
  const rest = open.flat()
  for (let from = 0; from < rest.length; from += size)
    batches.push(Uint32Array.from(rest.slice(from, from + size)))
  return batches
}

/** Texts filled up with nothing: [rows × length]. */
export function feedPieces(texts: readonly Int32Array[], length: number): Feed {
  const data = new Int32Array(texts.length * length)
  for (const [place, ids] of texts.entries()) data.set(ids, place * length)
  return { data, shape: [texts.length, length] }
}
