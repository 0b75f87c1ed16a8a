import type { UsualValue } from './reason-sentence.ts'

/** Features of now, each with the feature that tells what is usual for the person. */
const usualFeatures: Readonly<Record<string, string>> = { recency_days: 'order_gap_days' }

/** What a feature usually is for the person; undefined where nothing is usual yet, as for somebody with one order. */
export function usualFor(
  feature: string,
  numbers: Readonly<Record<string, number | undefined>>,
): UsualValue | undefined {
  const value = numbers[usualFeatures[feature] ?? '']
  return value === undefined || !(value > 0) ? undefined : { of: 'person', value }
}
