import type { Bilingual } from '../core/language.ts'
import type { Evaluation } from '../evaluate/evaluation.ts'

/** Whether a fit is to be used, with the reason. */
export type Promotion = {
  readonly isPromoted: boolean
  readonly isForced: boolean
  readonly reason: Bilingual
}

/**
 * A fit is used when it beats its best baseline beyond the interval, when there is nothing to judge it by (topics, groups), or when
 * it is forced; any other stays a candidate.
 */
export function decidePromotion(evaluation: Evaluation | undefined, isForced: boolean): Promotion {
  if (evaluation === undefined)
    return {
      isPromoted: true,
      isForced: false,
      reason: { en: 'there is nothing to judge it by', zh: '无可评判的指标' },
    }
  const { verdict } = evaluation
  const { kind, baseline, metric } = verdict
  if (kind === 'better')
    return {
      isPromoted: true,
      isForced: false,
      reason: {
        en: `better than “${baseline.en}” by ${metric}, beyond the interval`,
        zh: `按 ${metric} 优于“${baseline.zh}”，超出区间`,
      },
    }
  const reason =
    kind === 'unclear'
      ? {
          en: `no clear gain over “${baseline.en}” by ${metric}`,
          zh: `按 ${metric} 相比“${baseline.zh}”没有明显优势`,
        }
      : { en: `worse than “${baseline.en}” by ${metric}`, zh: `按 ${metric} 不如“${baseline.zh}”` }
  return { isPromoted: isForced, isForced, reason }
}
