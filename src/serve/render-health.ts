import type { Language } from '../core/language.ts'
import type { ModelHealth, RealisedScores } from '../evaluate/model-health.ts'
import { formatNumber, pick } from './render.ts'

const featureCount = 3

/** How a model is doing, for a terminal: drift, what came of past scores, alarms. */
export function renderHealth(health: ModelHealth, language: Language): string {
  const say = pick(language)
  const { version, between, scoreDrift, featureDrift, realised, alarms } = health
  const checked = health.checkedAt.slice(0, 16)
  const moved = featureDrift
    .slice(0, featureCount)
    .map(({ column, stabilityIndex }) => `${column} ${formatNumber(stabilityIndex)}`)
  return [
    say(`${version}, checked ${checked}`, `${version}，检查于 ${checked}`),
    between && scoreDrift
      ? say(
          `  drift of the scores ${formatNumber(scoreDrift.stabilityIndex)} from ${between[0].slice(0, 10)} to ${between[1].slice(0, 10)}; of features most: ${moved.join(', ')}`,
          `  评分漂移 ${formatNumber(scoreDrift.stabilityIndex)}（${between[0].slice(0, 10)} 至 ${between[1].slice(0, 10)}）；特征漂移最大：${moved.join('、')}`,
        )
      : say('  no earlier scores to compare with yet', '  尚无更早的评分可比较'),
    ...realised.map((each) => `  ${renderRealised(each, language)}`),
    ...(realised.length === 0
      ? [say('  no horizon of past scores has passed yet', '  过去评分的预测期尚未结束')]
      : []),
    ...alarms.map(({ text }) => `! ${text[language]}`),
  ].join('\n')
}

function renderRealised(
  { asOf, rowCount, meanPredicted, meanActual, metrics }: RealisedScores,
  language: Language,
): string {
  const figures = Object.entries(metrics).map(([name, { value, low, high }]) =>
    low === undefined || high === undefined
      ? `${name} ${formatNumber(value)}`
      : `${name} ${formatNumber(value)} [${formatNumber(low)}, ${formatNumber(high)}]`,
  )
  const [said, came] = [formatNumber(meanPredicted), formatNumber(meanActual)]
  return pick(language)(
    `scores of ${asOf.slice(0, 10)}, ${rowCount} customers: said ${said}, came ${came}; ${figures.join(', ')}`,
    `${asOf.slice(0, 10)} 的评分，${rowCount} 位顾客：预测 ${said}，实际 ${came}；${figures.join('，')}`,
  )
}
