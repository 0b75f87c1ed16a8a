import type { Bilingual } from '../core/language.ts'
import type { Evaluation, MetricValue } from './evaluation.ts'

/** How far the values of a column moved between two cuts: the population stability index, graded by custom and by chance. */
export type MovedColumn = {
  readonly column: string
  readonly stabilityIndex: number
  readonly grade: 'stable' | 'moderate' | 'strong'
}

/** What came of the scores of one past cut, once their horizon had passed. */
export type RealisedScores = {
  readonly asOf: string
  readonly versions: readonly string[]
  readonly rowCount: number
  readonly meanPredicted: number
  readonly meanActual: number
  readonly metrics: Readonly<Record<string, MetricValue>>
}

export type ModelAlarm = {
  readonly kind: 'ranking' | 'calibration' | 'amounts' | 'score_drift' | 'feature_drift'
  readonly text: Bilingual
}

/** How a model in use is doing. */
export type ModelHealth = {
  readonly name: string
  readonly version: string
  readonly checkedAt: string
  /** The cuts that drift was measured between; undefined while there is only one. */
  readonly between?: readonly [from: string, to: string]
  readonly scoreDrift?: MovedColumn
  /** Of the features that drive the score most, the most moved first. */
  readonly featureDrift: readonly MovedColumn[]
  /** Newest first. */
  readonly realised: readonly RealisedScores[]
  readonly alarms: readonly ModelAlarm[]
}

/** So many moved features are no accident of one of them. */
const mostMovedFeatures = 3

/**
 * What is to be told to whoever runs the shop. Ranking or calibration decays where the whole interval of what came lies on the bad
 * side of the whole interval that the model was judged by; drift counts where it is strong.
 */
export function findAlarms(
  { scoreDrift, featureDrift, realised }: Omit<ModelHealth, 'alarms'>,
  evaluation: Evaluation | undefined,
): ModelAlarm[] {
  const judged = evaluation?.contenders.find(({ isBaseline }) => !isBaseline)?.metrics ?? {}
  const [latest] = realised
  const strong = featureDrift.filter(({ grade }) => grade === 'strong')
  return [
    ...(latest ? decayOf(latest, judged) : []),
    ...(scoreDrift?.grade === 'strong' ? [scoreAlarm(scoreDrift)] : []),
    ...(strong.length >= mostMovedFeatures ? [featureAlarm(strong)] : []),
  ]
}

const watched = [
  { metric: 'auc', kind: 'ranking', sign: 1 },
  { metric: 'ece', kind: 'calibration', sign: -1 },
  { metric: 'poisson_deviance', kind: 'amounts', sign: -1 },
] as const

function decayOf(realised: RealisedScores, judged: Readonly<Record<string, MetricValue>>): ModelAlarm[] {
  return watched.flatMap(({ metric, kind, sign }): ModelAlarm[] => {
    const [now, then] = [realised.metrics[metric], judged[metric]]
    if (now === undefined || then === undefined) return []
    // The best of what came is worse than the worst that it was judged by.
    const [best, worst] = sign === 1 ? [now.high, then.low] : [now.low, then.high]
    if (best === undefined || worst === undefined || !(sign * best < sign * worst)) return []
    const write = (value: number) => value.toPrecision(3)
    return [
      {
        kind,
        text: {
          en: `${metric} of the scores of ${realised.asOf.slice(0, 10)} came out at ${write(now.value)}, it was judged at ${write(then.value)}: train again`,
          zh: `${realised.asOf.slice(0, 10)} 的评分实际 ${metric} 为 ${write(now.value)}，评判时为 ${write(then.value)}：请重新训练`,
        },
      },
    ]
  })
}

function scoreAlarm({ stabilityIndex }: MovedColumn): ModelAlarm {
  const index = stabilityIndex.toFixed(2)
  return {
    kind: 'score_drift',
    text: {
      en: `the scores are of another population than before (stability index ${index})`,
      zh: `评分的分布与之前明显不同（稳定性指数 ${index}）`,
    },
  }
}

function featureAlarm(strong: readonly MovedColumn[]): ModelAlarm {
  const names = strong.slice(0, mostMovedFeatures).map(({ column }) => column)
  return {
    kind: 'feature_drift',
    text: {
      en: `${strong.length} of the features that drive it moved strongly: ${names.join(', ')}`,
      zh: `驱动该模型的特征中有 ${strong.length} 个明显变化：${names.join('、')}`,
    },
  }
}
