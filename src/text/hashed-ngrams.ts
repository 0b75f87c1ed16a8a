import { hashPair, hashTerm } from './hash-term.ts'
import { type ChineseSegmenter, createChineseSegmenter } from './segment-chinese.ts'

/** The hashes, 32 bits each, of all that stands in a text in its order; what occurs twice is there twice. */
export type NgramHasher = (text: string) => Uint32Array

/**
 * Which n-grams are counted. 1: words and pairs of them, and of Chinese characters and pairs of characters. 2: marks and signs are
 * words as well (！！！, :), …), and of Chinese there are also characters in threes.
 */
export type NgramScheme = 1 | 2

/** Kinds of n-gram that must not share hashes: 不 the character is not 不 the word. */
const [wordSeed, wordPairSeed, characterSeed, tripleSeed] = [0x5eed, 0x5eed + 1, 0x5eed + 2, 0x5eed + 3]
/** Of marks in a row no more are told apart: !!!!! is !!!. */
const markLimit = 3
/** Beside a word that has none before it. */
const nothing = 0

/**
 * Words and pairs of neighbouring words; of Chinese also characters, two and three of them, which tell what a dictionary cuts
 * badly. Unlike `createTokeniser` it keeps every word: "not good" and 不好 are what they are by the first one.
 */
export function createNgramHasher(
  segmentChinese: ChineseSegmenter = createChineseSegmenter(),
  scheme: NgramScheme = 2,
): NgramHasher {
  const runs = scheme === 1 ? wordRuns : wordAndMarkRuns
  return (text) => {
    const hashes: number[] = []
    let before = nothing
    const addWord = (word: string) => {
      const hash = hashTerm(word, wordSeed)
      hashes.push(hash, hashPair(before, hash, wordPairSeed))
      before = hash
    }
    for (const [run] of text.normalize('NFKC').toLowerCase().matchAll(runs)) {
      if (!han.test(run)) {
        addWord(marks.test(run) ? run.slice(0, markLimit) : run)
        continue
      }
      for (const word of segmentChinese(run)) addWord(word)
      addCharacters(hashes, run, scheme)
    }
    return Uint32Array.from(hashes)
  }
}

const wordRuns = /\p{Script=Han}+|(?:(?!\p{Script=Han})[\p{L}\p{M}\p{N}])+(?:['’]\p{L}+)?/gu
const wordAndMarkRuns =
  /\p{Script=Han}+|(?:(?!\p{Script=Han})[\p{L}\p{M}\p{N}])+(?:['’]\p{L}+)?|[\p{P}\p{S}]+/gu
const marks = /^[\p{P}\p{S}]/u
const han = /\p{Script=Han}/u

function addCharacters(hashes: number[], run: string, scheme: NgramScheme): void {
  let [beforeLast, before] = [nothing, nothing]
  for (const character of run) {
    const code = character.codePointAt(0) ?? nothing
    hashes.push(hashPair(nothing, code, characterSeed))
    if (before !== nothing) hashes.push(hashPair(before, code, characterSeed))
    if (scheme === 2 && beforeLast !== nothing)
      hashes.push(hashPair(hashPair(beforeLast, before, characterSeed), code, tripleSeed))
    beforeLast = before
    before = code
  }
}
