import type { Bilingual } from '../../core/language.ts'
import type { Pair } from './department-words.ts'

/** `English|中文` → both. */
export function splitPair(pair: Pair): Bilingual {
  const [en, zh] = pair.split('|')
  if (en === undefined || zh === undefined) throw new Error(`not a pair of texts: ${pair}`)
  return { en, zh }
}
