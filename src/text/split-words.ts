import { type ChineseSegmenter, createChineseSegmenter } from './segment-chinese.ts'

/** Cuts a text into words in their order, each to be cut further into pieces. */
export type WordSplitter = (text: string) => string[]

/** Stands before a word of letters, so that its beginning is told from its middle; Chinese words need none. */
const wordStart = '▁'
/** Longer runs of letters are no words: they are cut, so that none takes long to read. */
const longestWord = 32

/**
 * Lower-case words of letters and numbers with a mark before them, Chinese words of the dictionary, exclamation and question marks, and
 * signs such as emoji, a run of equal ones once. All other punctuation is left out: it tells little of what a review says.
 */
export function createWordSplitter(
  segmentChinese: ChineseSegmenter = createChineseSegmenter(),
): WordSplitter {
  return (text) => {
    const words: string[] = []
    for (const [run] of text.normalize('NFKC').toLowerCase().matchAll(runs)) {
      if (han.test(run)) words.push(...segmentChinese(run))
      else if (letters.test(run)) words.push(...cutLong(run))
      else words.push(Array.from(run)[0] ?? run)
    }
    return words
  }
}

const runs = /\p{Script=Han}+|(?:(?!\p{Script=Han})[\p{L}\p{M}\p{N}])+(?:['’]\p{L}+)?|!+|\?+|(\p{So})\1*/gu
const han = /^\p{Script=Han}/u
const letters = /^[\p{L}\p{M}\p{N}]/u

function cutLong(run: string): string[] {
  const characters = Array.from(run)
  return Array.from({ length: Math.ceil(characters.length / longestWord) }, (_, index) => {
    const part = characters.slice(index * longestWord, (index + 1) * longestWord).join('')
    return index === 0 ? wordStart + part : part
  })
}
