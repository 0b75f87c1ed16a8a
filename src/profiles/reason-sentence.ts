import type { Bilingual } from '../core/language.ts'

/** What a sentence needs to know of a feature. */
export type FeatureWords = { readonly meaning: Bilingual; readonly unit?: Bilingual }

/** What a value stands beside: what it usually is for this person, or for people of their group. */
export type UsualValue = { readonly of: 'person' | 'group'; readonly value: number }

const usually: Readonly<Record<UsualValue['of'], Bilingual>> = {
  person: { en: 'usually', zh: '平时为' },
  group: { en: 'similar customers', zh: '同类顾客为' },
}

/**
 * A feature's share in a score as a sentence, e.g. "Days since the last order: 34 days, usually 12 (raises it, 42 %)".
 * @param value what the feature is for this person; undefined when it is not known.
 * @param usual what to hold it against, where that is known
 */
export function writeReason(
  words: FeatureWords,
  value: number | string | undefined,
  share: number,
  usual?: UsualValue,
): Bilingual {
  const percent = `${Math.round(Math.abs(share) * 100)} %`
  const isUp = share >= 0
  const [en, zh] = (['en', 'zh'] as const).map((language) => {
    const unit = words.unit?.[language] ?? ''
    if (value === undefined) return words.meaning[language]
    const spaced = unit === '' ? '' : language === 'en' ? ` ${unit}` : unit
    const own = `${words.meaning[language]}${language === 'en' ? ': ' : '：'}${formatValue(value)}${spaced}`
    if (usual === undefined || !Number.isFinite(usual.value)) return own
    const beside = formatValue(usual.value)
    return language === 'en'
      ? `${own}, ${usually[usual.of].en} ${beside}`
      : `${own}，${usually[usual.of].zh}${beside}${spaced}`
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
