import type { Bilingual } from '../core/language.ts'

/** What a sentence needs to know of a feature. */
export type FeatureWords = { readonly meaning: Bilingual; readonly unit?: Bilingual }

/**
 * A feature's share in a score as a sentence, e.g. "Days since the last order: 3 days (raises it, 42 %)".
 * @param value what the feature is for this person; undefined when it is not known.
 */
export function writeReason(
  words: FeatureWords,
  value: number | string | undefined,
  share: number,
): Bilingual {
  const percent = `${Math.round(Math.abs(share) * 100)} %`
  const isUp = share >= 0
  const [en, zh] = (['en', 'zh'] as const).map((language) => {
    const unit = words.unit?.[language] ?? ''
    if (value === undefined) return words.meaning[language]
    const spaced = unit === '' ? '' : language === 'en' ? ` ${unit}` : unit
    return `${words.meaning[language]}${language === 'en' ? ': ' : '：'}${formatValue(value)}${spaced}`
  })
  return {
    en: `${en} (${isUp ? 'raises' : 'lowers'} it, ${percent})`,
    zh: `${zh}（${isUp ? '提高' : '降低'}评分，${percent}）`,
  }
}

function formatValue(value: number | string): string {
  if (typeof value === 'string') return value
  if (!Number.isFinite(value)) return '–'
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(3)))
}
