import { AppError } from '../core/errors.ts'
import { pause } from '../core/pause.ts'
import { createWordSplitter, type WordSplitter } from './split-words.ts'

/** Characters and what they are joined to, learned from texts themselves; plain data for JSON. */
export type SubwordVocabulary = {
  readonly formatVersion: 1
  /** Commonest first. */
  readonly characters: readonly string[]
  /** Two pieces that become one, in the order in which they are to be joined. */
  readonly merges: readonly (readonly [string, string])[]
}

/** Numbers that no piece has: of nothing (behind the end of a text), what is unknown, what is hidden, and the start of a text. */
export const pieceIds = { nothing: 0, unknown: 1, hidden: 2, start: 3, first: 4 } as const

export type SubwordOptions = {
  /** Pieces, characters among them; half of them may be characters. */
  readonly size: number
  readonly splitWords?: WordSplitter
  readonly signal?: AbortSignal | undefined
}

/** Of the pairs still to be found each round takes this part: it takes one at a time near the end, and in small vocabularies. */
const roundShare = 1 / 12
/** What stands fewer times teaches nothing. */
const leastCount = 2

/**
 * Pieces by byte-pair encoding on words: the pair of neighbours that stands most often becomes one piece, again and again. Each round
 * takes several pairs that cannot overlap, so that 5,000 pieces take seconds; equally common pairs in the order of
 * their characters.
 * Source: Sennrich, Haddow & Birch (2016), algorithm 1, one pair a round as there where few are to be found.
 * @throws AppError 'too_little_data' where no character stands twice, 'stopped'.
 */
export async function fitSubwords(
  texts: readonly string[],
  { size, splitWords = createWordSplitter(), signal }: SubwordOptions,
): Promise<SubwordVocabulary> {
  const words = await countWords(texts, splitWords, signal)
  const characters = commonCharacters(words, Math.max(1, Math.floor(size / 2)))
  if (characters.length === 0)
    throw new AppError('too_little_data', {
      en: `${texts.length} texts hold no character twice: there are no pieces to learn`,
      zh: `${texts.length} 条文本中没有重复出现的字符：无法学习词片`,
    })
  const pieces = [...characters]
  const idOf = new Map(pieces.map((piece, id) => [piece, id]))
  // A character outside of the vocabulary is −1, which joins nothing.
  const cut = [...words]
    .filter(([word, count]) => count >= leastCount && word.length > 1)
    .map(([word, count]) => ({
      count,
      ids: Array.from(word, (character) => idOf.get(character) ?? -1),
    }))
  const merges: [number, number][] = []
  while (characters.length + merges.length < size) {
    await pause(signal)
    const left = size - characters.length - merges.length
    const chosen = choosePairs(cut, pieces, Math.max(1, Math.floor(left * roundShare)))
    if (chosen.length === 0) break
    const joined = new Map<number, number>()
    for (const [first, second] of chosen) {
      merges.push([first, second])
      joined.set(pairKey(first, second), pieces.push((pieces[first] ?? '') + (pieces[second] ?? '')) - 1)
    }
    for (const word of cut) joinAll(word.ids, joined)
  }
  const named = merges.map(([a, b]) => [pieces[a] ?? '', pieces[b] ?? ''] as const)
  return { formatVersion: 1, characters, merges: named }
}

/** Texts as numbers of pieces. */
export type SubwordEncoder = {
  /** Numbers are below this. */
  readonly idCount: number
  /** The start of a text and its first pieces, `length` numbers at most. */
  encode(text: string, length: number): Int32Array
}

/** Words that are kept with their pieces: most of what comes are the same few thousand. */
const keptWords = 100_000

/** @throws AppError 'bad_config' for a vocabulary whose merges do not follow from its characters. */
export function createSubwordEncoder(
  { characters, merges }: SubwordVocabulary,
  splitWords: WordSplitter = createWordSplitter(),
): SubwordEncoder {
  const idOf = new Map(characters.map((piece, index) => [piece, pieceIds.first + index]))
  const steps = new Map<number, { readonly rank: number; readonly id: number }>()
  for (const [rank, [first, second]] of merges.entries()) {
    const [a, b] = [idOf.get(first), idOf.get(second)]
    if (a === undefined || b === undefined) throw brokenVocabulary(first + second)
    const id = idOf.get(first + second) ?? pieceIds.first + idOf.size
    idOf.set(first + second, id)
    steps.set(pairKey(a, b), { rank, id })
  }
  const known = new Map<string, readonly number[]>()
  const read = (word: string): readonly number[] => {
    const kept = known.get(word)
    if (kept !== undefined) return kept
    const ids = joinByRank(
      Array.from(word, (character) => idOf.get(character) ?? pieceIds.unknown),
      steps,
    )
    if (known.size < keptWords) known.set(word, ids)
    return ids
  }
  return {
    idCount: pieceIds.first + idOf.size,
    encode(text, length) {
      const ids: number[] = [pieceIds.start]
      for (const word of splitWords(text)) {
        if (ids.length >= length) break
        ids.push(...read(word))
      }
      return Int32Array.from(ids.slice(0, length))
    },
  }
}

async function countWords(
  texts: readonly string[],
  splitWords: WordSplitter,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>()
  for (const [row, text] of texts.entries()) {
    if (row % 1000 === 0) await pause(signal)
    for (const word of splitWords(text)) counts.set(word, (counts.get(word) ?? 0) + 1)
  }
  return counts
}

function commonCharacters(words: ReadonlyMap<string, number>, most: number): string[] {
  const counts = new Map<string, number>()
  for (const [word, count] of words)
    for (const character of word) counts.set(character, (counts.get(character) ?? 0) + count)
  return [...counts]
    .filter(([, count]) => count >= leastCount)
    .sort(([a, many], [b, others]) => others - many || (a < b ? -1 : 1))
    .slice(0, most)
    .map(([character]) => character)
}

type CutWord = { readonly count: number; readonly ids: number[] }
type Pair = readonly [number, number]

/** The commonest pairs of neighbours, none of which begins with what another ends with: what one joins is nothing that another joins. */
function choosePairs(words: readonly CutWord[], pieces: readonly string[], most: number): Pair[] {
  const counts = new Map<number, number>()
  for (const { count, ids } of words)
    for (let place = 1; place < ids.length; place++) {
      const [first = -1, second = -1] = [ids[place - 1], ids[place]]
      if (first < 0 || second < 0) continue
      const key = pairKey(first, second)
      counts.set(key, (counts.get(key) ?? 0) + count)
    }
  const sorted = [...counts]
    .filter(([, count]) => count >= leastCount)
    .map(([key, count]) => ({ pair: pairOf(key), count }))
    .sort((a, b) => b.count - a.count || comparePairs(a.pair, b.pair, pieces))
  const [firsts, seconds] = [new Set<number>(), new Set<number>()]
  const chosen: Pair[] = []
  for (const { pair } of sorted) {
    if (chosen.length === most) break
    const [first, second] = pair
    if (seconds.has(first) || firsts.has(second)) continue
    firsts.add(first)
    seconds.add(second)
    chosen.push(pair)
  }
  return chosen
}

function comparePairs([a, b]: Pair, [c, d]: Pair, pieces: readonly string[]): number {
  const [left, right] = [`${pieces[a]} ${pieces[b]}`, `${pieces[c]} ${pieces[d]}`]
  return left < right ? -1 : 1
}

/** Joins every pair that is to be joined, from the left, in place. */
function joinAll(ids: number[], joined: ReadonlyMap<number, number>): void {
  let kept = 0
  for (let place = 0; place < ids.length; place++) {
    const [first = -1, second = -1] = [ids[place], ids[place + 1]]
    const whole = first >= 0 && second >= 0 ? joined.get(pairKey(first, second)) : undefined
    ids[kept++] = whole ?? first
    if (whole !== undefined) place++
  }
  ids.length = kept
}

/** Joins the pair that was learned first, until none is left. */
function joinByRank(
  ids: number[],
  steps: ReadonlyMap<number, { readonly rank: number; readonly id: number }>,
): readonly number[] {
  for (;;) {
    let best: { readonly rank: number; readonly id: number; readonly key: number } | undefined
    for (let place = 1; place < ids.length; place++) {
      const key = pairKey(ids[place - 1] ?? 0, ids[place] ?? 0)
      const step = steps.get(key)
      if (step !== undefined && (best === undefined || step.rank < best.rank)) best = { ...step, key }
    }
    if (best === undefined) return ids
    joinAll(ids, new Map([[best.key, best.id]]))
  }
}

const keyBase = 2 ** 24

/** Both numbers, below 2²⁴, as one. */
function pairKey(first: number, second: number): number {
  return first * keyBase + second
}

function pairOf(key: number): Pair {
  return [Math.floor(key / keyBase), key % keyBase]
}

function brokenVocabulary(piece: string): AppError {
  return new AppError(
    'bad_config',
    { en: 'the saved vocabulary of pieces is not whole', zh: '已保存的词片表不完整' },
    {
      received: `'${piece}' joins pieces that were not learned before it`,
      wayOut: { en: 'Train the model again.', zh: '请重新训练该模型。' },
    },
  )
}
