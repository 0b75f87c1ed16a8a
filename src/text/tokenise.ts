import { type ChineseSegmenter, createChineseSegmenter } from './segment-chinese.ts'
import { createStopWords } from './stop-words.ts'

/** Cuts a text, English, Chinese or mixed, into terms in their order. */
export type Tokeniser = (text: string) => string[]

/**
 * Terms of English are lower-case words with the plural taken off; of Chinese, words of the dictionary. Numbers, stop
 * words and single Latin letters are left out.
 */
export function createTokeniser(segmentChinese: ChineseSegmenter = createChineseSegmenter()): Tokeniser {
  const stopWords = createStopWords()
  return (text) => {
    const terms: string[] = []
    for (const [run] of text
      .normalize('NFKC')
      .toLowerCase()
      .matchAll(/\p{Script=Han}+|[\p{L}\p{M}\p{N}'’]+/gu)) {
      if (/\p{Script=Han}/u.test(run)) terms.push(...parseMixed(run, segmentChinese))
      else terms.push(stem(run.replace(/['’].*$/u, '')))
    }
    return terms.filter((term) => isTelling(term) && !stopWords.has(term))
  }
}

/** A run of letters may hold both scripts (`led灯`): each part is cut in its own way. */
function parseMixed(run: string, segmentChinese: ChineseSegmenter): string[] {
  return Array.from(run.matchAll(/\p{Script=Han}+|[^\p{Script=Han}]+/gu), ([part]) =>
    /\p{Script=Han}/u.test(part) ? segmentChinese(part) : [stem(part)],
  ).flat()
}

function isTelling(term: string): boolean {
  if (!/\p{L}/u.test(term)) return false
  return term.length > 1 || /\p{Script=Han}/u.test(term)
}

/** The plural off, after Harman's S-stemmer (1991), and whole for -xes, -ches, -shes, -sses and -zes. */
function stem(word: string): string {
  if (word.length < 4 || /(?:christmas|canvas|atlas|iris|tennis)$/.test(word)) return word
  if (/[^ea]ies$/.test(word)) return `${word.slice(0, -3)}y`
  if (/(?:x|ch|sh|ss|z)es$/.test(word)) return word.slice(0, -2)
  if (/[^us']s$/.test(word)) return word.slice(0, -1)
  return word
}
