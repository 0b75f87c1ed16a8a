import type { Bilingual, Language } from '../../core/language.ts'
import { createFormat, type Format } from './format.ts'

/** One language's way through the report: picks texts, writes numbers. */
export type Reading = Format & {
  readonly language: Language
  text(bilingual: Bilingual): string
  /** Chooses between two texts written on the spot. */
  say(en: string, zh: string): string
}

export function createReading(language: Language, timeZone: string, currency: string): Reading {
  return {
    ...createFormat(language, timeZone, currency),
    language,
    text: (bilingual) => bilingual[language],
    say: (en, zh) => (language === 'zh' ? zh : en),
  }
}
