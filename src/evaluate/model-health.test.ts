import { expect, test } from 'vitest'
import type { Evaluation } from './evaluation.ts'
import { findAlarms, type ModelHealth } from './model-health.ts'

const judgedBy = (metrics: object) =>
  ({ contenders: [{ isBaseline: false, metrics }] }) as unknown as Evaluation
const judged = judgedBy({
  auc: { value: 0.8, low: 0.75, high: 0.85 },
  ece: { value: 0.03, low: 0.02, high: 0.05 },
})
const health = (metrics: ModelHealth['realised'][number]['metrics'], more: Partial<ModelHealth> = {}) => ({
  ...{ name: 'm', version: 'm@1', checkedAt: '2026-02-01T00:00:00Z', featureDrift: [] },
  realised: [
    {
      ...{ asOf: '2026-01-01T00:00:00Z', versions: ['m@1'], rowCount: 100 },
      meanPredicted: 0.3,
      meanActual: 0.3,
      metrics,
    },
  ],
  ...more,
})

test('ranking and calibration decay where the whole interval lies on the bad side of the one it was judged by', () => {
  const kinds = (metrics: Parameters<typeof health>[0]) =>
    findAlarms(health(metrics), judged).map(({ kind }) => kind)
  expect(kinds({ auc: { value: 0.7, low: 0.65, high: 0.74 } })).toEqual(['ranking'])
  expect(kinds({ auc: { value: 0.7, low: 0.62, high: 0.76 } })).toEqual([])
  expect(kinds({ auc: { value: 0.9, low: 0.88, high: 0.92 } })).toEqual([])
  expect(kinds({ ece: { value: 0.08, low: 0.06, high: 0.1 } })).toEqual(['calibration'])
  expect(kinds({ ece: { value: 0.01, low: 0, high: 0.015 } })).toEqual([])
  const [alarm] = findAlarms(health({ auc: { value: 0.7, low: 0.65, high: 0.74 } }), judged)
  expect(alarm?.text.en).toBe(
    'auc of the scores of 2026-01-01 came out at 0.700, it was judged at 0.800: train again',
  )
})

test('strong drift of the scores is an alarm, that of one feature is not, that of three is', () => {
  const moved = (column: string, grade: 'moderate' | 'strong') => ({ column, stabilityIndex: 0.4, grade })
  const kinds = (more: Partial<ModelHealth>) => findAlarms(health({}, more), judged).map(({ kind }) => kind)
  expect(kinds({ scoreDrift: moved('score', 'strong') })).toEqual(['score_drift'])
  expect(kinds({ scoreDrift: moved('score', 'moderate') })).toEqual([])
  expect(kinds({ featureDrift: [moved('a', 'strong'), moved('b', 'moderate')] })).toEqual([])
  expect(kinds({ featureDrift: ['a', 'b', 'c'].map((name) => moved(name, 'strong')) })).toEqual([
    'feature_drift',
  ])
  expect(findAlarms({ ...health({}), realised: [] }, undefined)).toEqual([])
})
