import type { Dataset } from '../core/dataset.ts'
import type { Bilingual } from '../core/language.ts'
import type { Labels } from '../features/labels.ts'
import { type PastBounds, pastAmountBounds, pastChanceBounds } from '../models/past-rate-interval.ts'
import { fitRfm, pastRateRule, predictMean, predictPastRate, predictPastRateChance } from './baselines.ts'
import type { AskedTask } from './contenders.ts'
import { columnOf, type joinRows } from './row-source.ts'

/** A trivial predictor beside the model. */
type BaselineAnswers = { readonly name: Bilingual; readonly predicted: Float64Array }

/** A question about each customer, answered by whichever model answers it best. */
export type PersonQuestion = {
  readonly family: string
  /** As the registry has it. */
  readonly name: string
  /** As scores have it. */
  readonly scoreName: string
  readonly horizonDays: number
  readonly text: Bilingual
  readonly stage: Bilingual
  readonly task: AskedTask
  readonly label: (labels: Labels) => ArrayLike<number>
  /** What anyone could say, on the test rows. */
  baselines(known: ReturnType<typeof joinRows>, features: Dataset): readonly BaselineAnswers[]
  /** The rule that answers where no fit is worth having, and the feature that it reads. */
  readonly rule: {
    readonly feature: string
    answer(features: Dataset): Float64Array
    /** 95 %, from the person's own past; NaN where it says nothing. */
    bounds(features: Dataset): PastBounds
  }
}

function propensity(horizonDays: number): PersonQuestion {
  return {
    family: 'propensity',
    name: `propensity-${horizonDays}d`,
    scoreName: 'propensity',
    horizonDays,
    text: {
      en: `Who buys again within ${horizonDays} days?`,
      zh: `谁会在 ${horizonDays} 天内再次购买？`,
    },
    stage: {
      en: `Training: buys again within ${horizonDays} days`,
      zh: `训练：${horizonDays} 天内再次购买`,
    },
    task: { kind: 'chance' },
    label: (labels) => labels.hasBought,
    baselines: (known, features) => [
      {
        name: { en: 'always the average rate', zh: '总取平均比例' },
        predicted: predictMean(known.target, features.rowIds.length),
      },
      { name: { en: 'always no', zh: '总说不买' }, predicted: new Float64Array(features.rowIds.length) },
      { name: pastRateRule, predicted: predictPastRateChance(features, horizonDays) },
      {
        name: { en: 'RFM score', zh: 'RFM 评分' },
        predicted: fitRfm(known.features, known.target).predict(features),
      },
    ],
    rule: {
      feature: 'order_count',
      answer: (features) => predictPastRateChance(features, horizonDays),
      // The watch begins with the first order, which is none of those that came in it.
      bounds: (features) =>
        pastChanceBounds(
          {
            count: columnOf(features, 'order_count').map((count) => count - 1),
            days: columnOf(features, 'first_order_days'),
          },
          horizonDays,
        ),
    },
  }
}

type Need = Pick<PersonQuestion, 'text' | 'label'> & {
  readonly name: 'need-units' | 'need-spend'
  /** The feature whose past rate is the baseline. */
  readonly past: string
}

function need({ name, text, label, past }: Need): PersonQuestion {
  const horizonDays = 90
  return {
    family: 'need',
    name: `${name}-${horizonDays}d`,
    scoreName: name,
    horizonDays,
    text,
    stage: { en: `Training: ${text.en}`, zh: `训练：${text.zh}` },
    task: { kind: 'count', pace: { amount: past, age: 'first_order_days', horizonDays } },
    label,
    baselines: (known, features) => [
      {
        name: { en: 'everyone the average', zh: '人人取平均' },
        predicted: predictMean(known.target, features.rowIds.length),
      },
      { name: pastRateRule, predicted: predictPastRate(features, past, horizonDays) },
    ],
    rule: {
      feature: past,
      answer: (features) => predictPastRate(features, past, horizonDays),
      // As the rule does it counts the first order, too: the amount is of all of them.
      bounds: (features) =>
        pastAmountBounds(
          { count: columnOf(features, 'order_count'), days: columnOf(features, 'first_order_days') },
          columnOf(features, past),
          horizonDays,
        ),
    },
  }
}

/** In the order of the report. */
export const personQuestions: readonly PersonQuestion[] = [
  ...[30, 60, 90].map(propensity),
  need({
    name: 'need-units',
    text: {
      en: 'How many units will each customer buy in 90 days?',
      zh: '每位顾客在 90 天内会购买多少件？',
    },
    label: (labels) => labels.keptUnits,
    past: 'unit_count_clipped',
  }),
  need({
    name: 'need-spend',
    text: { en: 'How much will each customer spend in 90 days?', zh: '每位顾客在 90 天内会消费多少？' },
    label: (labels) => labels.keptSpend,
    past: 'spend_clipped',
  }),
]
