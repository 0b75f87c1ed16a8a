import { AppError } from '../core/errors.ts'
import type { Bilingual } from '../core/language.ts'
import type { DataNeeds, Verdict } from './evaluation.ts'

/** An honest guess stops here: more than so many times the data is "much more". */
const mostTimes = 1000

/**
 * How many rows it would take to tell a gain of this size from chance: an interval narrows with the square root of the rows, so
 * its half must shrink to the gain. Undefined where there is no gain to tell.
 */
export function needsForVerdict(
  { kind, difference: { value, low, high } }: Verdict,
  rows: { readonly count: number; readonly rarerCount?: number },
): DataNeeds | undefined {
  if (kind !== 'unclear' || !(value > 0) || low === undefined || high === undefined) return undefined
  const times = Math.min(mostTimes, Math.max(1, ((value - low) / value) ** 2))
  const need = (have: number) => ({ have, need: Math.ceil(have * times) })
  return {
    rows: need(rows.count),
    ...(rows.rarerCount !== undefined && { rarer: need(rows.rarerCount) }),
  }
}

/** With fewer rows of either answer no fit is worth judging: an AUC from so few is right to about .1. */
export const leastToLearn = { rows: 100, rarer: 20 } as const

/**
 * Checks that there is something to learn from.
 * @throws AppError 'too_little_data' that says how many there are and how many it needs, with what is used meanwhile.
 */
export function requireEnough(
  needs: DataNeeds,
  fallback: Bilingual,
  least: { readonly rows: Bilingual; readonly rarer: Bilingual } = {
    rows: { en: 'customers', zh: '位顾客' },
    rarer: { en: 'buyers (or of those who did not buy)', zh: '位购买者（或未购买者）' },
  },
): void {
  const lacks = lackingOf(needs, least)
  if (lacks.length === 0) return
  const list = (language: 'en' | 'zh') => lacks.map((each) => each[language])
  throw new AppError('too_little_data', {
    en: `there are ${list('en').join(', and ')}; meanwhile it is answered by the rule “${fallback.en}”`,
    zh: `目前${list('zh').join('，')}；在此之前使用规则“${fallback.zh}”`,
  })
}

function lackingOf(
  { rows, rarer, days }: DataNeeds,
  names: { readonly rows: Bilingual; readonly rarer: Bilingual },
): Bilingual[] {
  const parts: readonly (readonly [DataNeeds['days'], Bilingual])[] = [
    [rows, names.rows],
    [rarer, names.rarer],
    [days, { en: 'days of history', zh: '天的历史' }],
  ]
  return parts.flatMap(([amount, name]) =>
    amount === undefined || amount.have >= amount.need
      ? []
      : [
          {
            en: `${amount.have} ${name.en}, and it needs ${amount.need}`,
            zh: `只有 ${amount.have} ${name.zh}，需要 ${amount.need}`,
          },
        ],
  )
}
