import { expect, test } from 'vitest'
import type { Evaluation, FeatureImportance } from '../evaluation.ts'
import { importanceChart } from './judging-charts.ts'
import { createReading } from './reading.ts'

const evaluation: Evaluation = {
  ...{
    model: 'propensity-30d',
    question: { en: 'Who buys?', zh: '谁会购买？' },
    meanActual: 0,
    meanPredicted: 0,
  },
  split: { testShare: 0.2, trainRowCount: 80, validationRowCount: 10, testRowCount: 20 },
  contenders: [],
  verdict: {
    ...{ kind: 'better', metric: 'auc', baseline: { en: 'chance', zh: '随机' } },
    difference: { value: 0.1 },
  },
  ...{ drivers: [], settings: {}, charts: { kind: 'classification', roc: [], calibration: [], lift: [] } },
}

/** The horizontal strokes of the whiskers' colour in the drawing of these importances, as [from, to] in pixels. */
function drawnWhiskers(importances: readonly FeatureImportance[]): (readonly [number, number])[] {
  const reading = createReading('en', 'UTC', 'CNY')
  const { html } = importanceChart({ ...evaluation, importances }, {}, reading)
  const strokes = html.matchAll(
    /<polyline points="([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+)"[^>]*stroke="#1c2330"/g,
  )
  return [...strokes].flatMap(([, fromX, fromY, toX, toY]) =>
    fromY === toY ? [[Number(fromX), Number(toX)] as const] : [],
  )
}

test('each bar has a whisker from the low to the high end of its interval, in the scale of the axis', () => {
  const whiskers = drawnWhiskers([
    { feature: 'a', value: 0.08, low: 0.06, high: 0.1 },
    { feature: 'b', value: 0.02, low: 0.01, high: 0.03 },
  ])
  expect(whiskers).toHaveLength(2)
  const [b, a] = whiskers.map(([from, to]) => to - from)
  // .02 wide and .04 wide.
  expect((a ?? 0) / (b ?? 1)).toBeCloseTo(2, 1)
  expect(whiskers[1]?.[0]).toBeGreaterThan(whiskers[0]?.[1] ?? Number.POSITIVE_INFINITY)
})

test('an importance without an interval has no whisker', () => {
  expect(drawnWhiskers([{ feature: 'a', value: 0.08 }])).toEqual([])
})
