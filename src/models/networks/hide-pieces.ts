import type { Random } from '../../math/random.ts'
import type { Feeds } from '../../tensor/onnx-session.ts'
import { pieceIds } from '../../text/subword-vocabulary.ts'
import { feedPieces } from './text-lengths.ts'

export type HidingOptions = {
  /** Of the pieces of each text; at least one. */
  readonly share: number
  readonly idCount: number
}

/** A batch in which some pieces are to be told: of ten, eight are hidden, one is another drawn by chance, one is left as it is. */
export function hidePieces(
  texts: readonly Int32Array[],
  length: number,
  { share, idCount }: HidingOptions,
  random: Random,
): Feeds {
  const pieces = feedPieces(texts, length)
  const [places, labels]: [number[], number[]] = [[], []]
  for (const [row, ids] of texts.entries()) {
    // Place 0 is the start of the text.
    const candidates = random.shuffle(Uint32Array.from({ length: ids.length - 1 }, (_, place) => place + 1))
    for (const place of candidates.slice(0, Math.max(1, Math.round(share * candidates.length)))) {
      const at = row * length + place
      places.push(at)
      labels.push(ids[place] ?? pieceIds.unknown)
      const drawn = random.next()
      if (drawn < 0.8) pieces.data[at] = pieceIds.hidden
      else if (drawn < 0.9) pieces.data[at] = pieceIds.first + random.integer(idCount - pieceIds.first)
    }
  }
  const shape = [places.length]
  return {
    pieces,
    'hidden places': { data: Int32Array.from(places), shape },
    labels: { data: Int32Array.from(labels), shape },
    weights: { data: new Float32Array(places.length).fill(1), shape },
  }
}
