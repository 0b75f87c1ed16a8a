import { createRequire } from 'node:module'

/** Cuts a run of Chinese characters into words. */
export type ChineseSegmenter = (text: string) => string[]

type JiebaModule = {
  readonly Jieba: { withDict(dictionary: Uint8Array): { cut(text: string, useModel: boolean): string[] } }
}

/**
 * jieba where its native library runs; else the dictionary of the JavaScript engine, which parts the words of shops
 * more finely (电 | 饭 | 煲). The dictionary (5 MB) is read on the first use.
 */
export function createChineseSegmenter(): ChineseSegmenter {
  let segment: ChineseSegmenter | undefined
  return (text) => {
    segment ??= loadJieba() ?? createIntlSegmenter()
    return segment(text)
  }
}

/** The words as `Intl.Segmenter` knows them. */
export function createIntlSegmenter(): ChineseSegmenter {
  const segmenter = new Intl.Segmenter('zh', { granularity: 'word' })
  return (text) => Array.from(segmenter.segment(text), (each) => each.segment)
}

/** Undefined on a platform that jieba was not built for. */
function loadJieba(): ChineseSegmenter | undefined {
  const require = createRequire(import.meta.url)
  let jieba: { cut(text: string, useModel: boolean): string[] }
  try {
    const { Jieba } = require('@node-rs/jieba') as JiebaModule
    const { dict } = require('@node-rs/jieba/dict') as { dict: Uint8Array }
    jieba = Jieba.withDict(dict)
  } catch {
    return undefined
  }
  return (text) => jieba.cut(text, true)
}
