import { AppError } from '../core/errors.ts'

const dayMs = 86_400_000

/** Moments at which rows are computed; the label window of each ends at or before the next kind's first cut. */
export type Cuts = {
  readonly trainMs: readonly number[]
  readonly validationMs: number
  readonly testMs: number
}

/**
 * Splits a history in time for one horizon: labels of the test cut end with the last event, those of the validation
 * cut at the test cut, those of the latest train cut at the validation cut. Earlier train cuts follow one horizon apart
 * while at least a horizon of history lies before them, at most `maxTrainCuts`.
 * @throws AppError 'too_little_data' when not even one train cut has history before it.
 */
export function splitInTime(
  history: { readonly firstMs: number; readonly lastMs: number },
  horizonDays: number,
  maxTrainCuts = 6,
): Cuts {
  const horizonMs = horizonDays * dayMs
  const testMs = history.lastMs - horizonMs
  const validationMs = testMs - horizonMs
  const trainMs: number[] = []
  for (let cut = validationMs - horizonMs; trainMs.length < maxTrainCuts; cut -= horizonMs) {
    if (cut - history.firstMs < horizonMs) break
    trainMs.push(cut)
  }
  if (trainMs.length === 0) {
    const days = Math.floor((history.lastMs - history.firstMs) / dayMs)
    throw new AppError('too_little_data', {
      en: `a horizon of ${horizonDays} days needs ${4 * horizonDays} days of history, there are ${days}`,
      zh: `${horizonDays} 天的预测期需要 ${4 * horizonDays} 天的历史，目前只有 ${days} 天`,
    })
  }
  return { trainMs, validationMs, testMs }
}
