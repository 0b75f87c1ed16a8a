import type { Language } from '../core/language.ts'
import type { Verdict } from '../evaluate/evaluation.ts'
import { pick } from './render.ts'

/** How a model stands beside its baseline, to be followed by the baseline's name. */
export function verdictWords(kind: Verdict['kind'], language: Language): string {
  const say = pick(language)
  switch (kind) {
    case 'better':
      return say('better than', '优于')
    case 'unclear':
      return say('no clear gain over', '无明显优势于')
    case 'worse':
      return say('worse than', '不如')
    default:
      return kind satisfies never
  }
}
