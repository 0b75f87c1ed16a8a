import { expect, test } from 'vitest'
import type { Evaluation } from './evaluation.ts'
import { type ModelCardData, renderModelCard, writeModelCard } from './model-card.ts'

const evaluation: Evaluation = {
  model: 'propensity-30d',
  question: { en: 'Who buys again?', zh: '谁会再次购买？' },
  split: { testShare: 0.2, trainRowCount: 80, validationRowCount: 10, testRowCount: 20 },
  meanActual: 0.3,
  meanPredicted: 0.31,
  contenders: [
    {
      name: { en: 'the model', zh: '模型' },
      isBaseline: false,
      metrics: { auc: { value: 0.612, low: 0.5, high: 0.7 } },
    },
    { name: { en: 'RFM score', zh: 'RFM 评分' }, isBaseline: true, metrics: { auc: { value: 0.61 } } },
  ],
  verdict: {
    kind: 'unclear',
    metric: 'auc',
    baseline: { en: 'RFM score', zh: 'RFM 评分' },
    difference: { value: 0.002, low: -0.03, high: 0.034 },
  },
  needs: { rows: { have: 20, need: 5120 }, rarer: { have: 6, need: 1536 } },
  drivers: [{ feature: 'recency_days', share: 0.4, direction: -1 }],
  decision: {
    threshold: 0.25,
    costs: { falsePositive: 1, falseNegative: 4 },
    counts: { truePositives: 4, falsePositives: 5, trueNegatives: 9, falseNegatives: 2 },
    cost: { value: 0.65, low: 0.3, high: 1 },
    costOfNobody: 1.2,
    costOfEverybody: 0.7,
  },
  slices: [
    {
      column: { en: 'country', zh: '国家' },
      label: { en: '<b>Iceland</b>|', zh: '冰岛' },
      rowCount: 120,
      meanActual: 0.2,
      meanPredicted: 0.4,
      metrics: { auc: { value: 0.51, low: 0.4, high: 0.58 } },
      finding: 'weaker',
    },
  ],
  learningCurve: {
    metric: 'auc',
    points: [100, 400, 1600].map((rowCount, at) => ({
      ...{ rowCount, value: 0.6 + at / 20, low: 0.55 + at / 20, high: 0.65 + at / 20 },
    })),
  },
  importances: [
    { feature: 'recency_days', value: 0.05, low: 0.03, high: 0.07 },
    { feature: 'order_count', value: 0.02, low: -0.01, high: 0.04 },
  ],
  dependence: [
    { feature: 'recency_days', points: [0, 30, 90].map((value) => ({ value, mean: 0.5 - value / 300 })) },
  ],
  charts: {
    kind: 'classification',
    roc: [
      { falsePositiveRate: 0, truePositiveRate: 0 },
      { falsePositiveRate: 1, truePositiveRate: 1 },
    ],
    precisionRecall: [
      { recall: 0.5, precision: 0.6 },
      { recall: 1, precision: 0.3 },
    ],
    calibration: [{ predicted: 0.3, observed: 0.28, count: 10 }],
    lift: [2, 1],
  },
  settings: { alpha: 0.1 },
}

const card: ModelCardData = {
  name: 'propensity-30d',
  version: 'propensity-30d@2026-01-01T00:00:00.000Z',
  status: { en: 'candidate, not in use', zh: '候选，未使用' },
  reason: { en: 'no clear gain over “RFM score” by auc', zh: '按 auc 相比“RFM 评分”没有明显优势' },
  asOf: '2026-01-01T00:00:00Z',
  registeredAt: '2026-01-02T00:00:00Z',
  rowCount: 80,
  checksum: 'ab12',
  featureCount: 3,
  parents: ['propensity-30d@2025-12-01T00:00:00.000Z'],
  evaluation,
  health: {
    ...{ name: 'propensity-30d', version: 'x', checkedAt: '2026-02-01T00:00:00Z', featureDrift: [] },
    scoreDrift: { column: 'score', stabilityIndex: 0.31, grade: 'strong' },
    realised: [],
    alarms: [{ kind: 'score_drift', text: { en: 'the scores moved', zh: '评分漂移' } }],
  },
  featureNames: { recency_days: { en: 'Days since the last order', zh: '距上次下单天数' } },
  timeZone: 'UTC',
}

test('the page tells what the model is, how good, what is missing and what is wrong, and draws every chart', () => {
  const page = renderModelCard(card, 'en')
  expect(page).toContain('No clear gain over the simple rule “RFM score”')
  expect(page).toContain('it takes about 5,120 customers, 1,536 of the rarer answer among them (there are 6)')
  expect(page).toContain(
    '0.650 (0.300 … 1.000) a customer, against 1.200 when nobody and 0.700 when everybody',
  )
  expect(page).toContain('the scores moved')
  expect(page).toContain('do not decide by it alone')
  expect(page).toContain('ab12')
  expect(page.match(/<svg /g)).toHaveLength(8)
  expect(page).not.toMatch(/<b>Iceland|https?:\/\/(?!www\.w3\.org)/)
})

test('the same in Chinese, and in Markdown whose cells no label breaks out of', () => {
  expect(renderModelCard(card, 'zh')).toContain(
    '大约需要 5,120 位顾客，其中较少的一类需 1,536 位（目前 6 位）',
  )
  const text = writeModelCard(card, 'en')
  expect(text).toContain('# Model card: propensity-30d\n')
  expect(text).toContain('| AUC | 0.612 \\[0.500, 0.700\\] | 0.610 |\n\n- **Weaker')
  expect(text).toContain('- **Weaker for**: country: \\<b\\>Iceland\\</b\\>\\| (120)')
  expect(text).toContain('- **Alarm**: the scores moved')
  expect(writeModelCard(card, 'zh')).toContain('## 效果如何')
})
