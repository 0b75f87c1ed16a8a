import type { Bilingual } from '../core/language.ts'
import type { Score } from '../profiles/score.ts'
import { columnOf } from './row-source.ts'
import type { Training } from './training.ts'

/** The rule that puts customers into groups where no fit is worth having. */
export const groupRule: Bilingual = {
  en: 'recency, frequency and spend, each above or below the middle customer',
  zh: '最近购买、购买频次与消费额，各以中位顾客为界',
}

const bits: readonly (readonly [Bilingual, Bilingual])[] = [
  [
    { en: 'bought long ago', zh: '久未购买' },
    { en: 'bought of late', zh: '近期购买' },
  ],
  [
    { en: 'seldom', zh: '低频' },
    { en: 'often', zh: '高频' },
  ],
  [
    { en: 'low spend', zh: '低额' },
    { en: 'high spend', zh: '高额' },
  ],
]

/** The eight groups of the rule, by label, with their names: what the registry keeps of it. */
export const ruleGroups: readonly { readonly label: string; readonly name: Bilingual }[] = Array.from(
  { length: 2 ** bits.length },
  (_, code) => {
    const own = bits.map((names, place) => names[(code >> place) & 1] ?? names[0])
    return {
      label: `rfm-${code}`,
      name: { en: own.map(({ en }) => en).join(', '), zh: own.map(({ zh }) => zh).join('、') },
    }
  },
)

/**
 * Everybody by recency, frequency and spend as of the training's cut (Hughes, 1994, with halves for fifths), so that there are groups
 * where items have neither topics nor categories or too few bought enough. The value, a certainty in fits, is 1: the rule is told.
 */
export async function groupByRule({ rows, asOfMs }: Training, version: string): Promise<Score[]> {
  const { features } = await rows.featuresAt(asOfMs)
  const isHigh = [
    ...[columnOf(features, 'recency_days').map((days) => -days)],
    ...[columnOf(features, 'order_count'), columnOf(features, 'spend_clipped')],
  ].map((values) => aboveMiddle(values))
  return features.rowIds.map((profileId, row) => {
    const code = isHigh.reduce((sum, high, place) => sum + ((high[row] ? 1 : 0) << place), 0)
    return {
      ...{ profileId, model: 'interest-group', version, horizonDays: 0, asOfMs, value: 1 },
      label: `rfm-${code}`,
      reasons: ['recency_days', 'order_count', 'spend_clipped'].map((feature) => ({ feature, share: 1 / 3 })),
    }
  })
}

function aboveMiddle(values: Float64Array): readonly boolean[] {
  const sorted = values.filter(Number.isFinite).sort()
  const middle = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN
  return Array.from(values, (value) => value > middle)
}
