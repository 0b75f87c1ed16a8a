import { hashPair, hashTerm } from './hash-term.ts'
import { type ChineseSegmenter, createChineseSegmenter } from './segment-chinese.ts'

/** The hashes, 32 bits each, of all that stands in a text in its order; what occurs twice is there twice. */
export type NgramHasher = (text: string) => Uint32Array

/** Kinds of n-gram that must not share hashes: 不 the character is not 不 the word. */
const [wordSeed, wordPairSeed, characterSeed] = [0x5eed, 0x5eed + 1, 0x5eed + 2]
/** Beside a word that has none before it. */
const nothing = 0

/**
 * Words and pairs of neighbouring words; of Chinese also characters and pairs of characters, which tell what a dictionary
 * cuts badly. Unlike `createTokeniser` it keeps every word: "not good" and 不好 are what they are by the first one.
 */
export function createNgramHasher(segmentChinese: ChineseSegmenter = createChineseSegmenter()): NgramHasher {
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
        addWord(run)
        continue
      }
      for (const word of segmentChinese(run)) addWord(word)
      addCharacters(hashes, run)
    }
    return Uint32Array.from(hashes)
  }
}

const runs = /\p{Script=Han}+|(?:(?!\p{Script=Han})[\p{L}\p{M}\p{N}])+(?:['’]\p{L}+)?/gu
const han = /\p{Script=Han}/u

function addCharacters(hashes: number[], run: string): void {
  let before = nothing
  for (const character of run) {
    const code = character.codePointAt(0) ?? nothing
    hashes.push(hashPair(nothing, code, characterSeed))
    if (before !== nothing) hashes.push(hashPair(before, code, characterSeed))
    before = code
  }
}
