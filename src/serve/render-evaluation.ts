import type { Language } from '../core/language.ts'
import type { Evaluation, MetricValue } from '../evaluate/evaluation.ts'
import { formatNumber, pick, textTable } from './render.ts'
import { verdictWords } from './verdict-words.ts'

/** An evaluation for a terminal: the verdict in words, then every contender's figures. */
export function renderEvaluation(evaluation: Evaluation, language: Language): string {
  const { verdict } = evaluation
  const metrics = Object.keys(evaluation.contenders[0]?.metrics ?? {})
  return [
    `${evaluation.model}: ${evaluation.question[language]}`,
    `${verdictWords(verdict.kind, language)} “${verdict.baseline[language]}”: ${verdict.metric} ${formatFigure(verdict.difference)}`,
    describeSplit(evaluation, language),
    textTable(
      ['', ...evaluation.contenders.map((contender) => contender.name[language])],
      metrics.map((metric) => [
        metric,
        ...evaluation.contenders.map((contender) => formatFigure(contender.metrics[metric])),
      ]),
    ),
  ].join('\n')
}

function describeSplit({ split }: Evaluation, language: Language): string {
  const say = pick(language)
  const rows = formatNumber(split.testRowCount)
  if ('testShare' in split)
    return say(`judged on ${rows} rows drawn by chance`, `评判于随机抽出的 ${rows} 行`)
  const day = new Date(split.testCutMs).toISOString().slice(0, 10)
  return say(
    `judged on ${day} + ${split.horizonDays} days, ${rows} customers`,
    `评判于 ${day} + ${split.horizonDays} 天，${rows} 位顾客`,
  )
}

function formatFigure(figure: MetricValue | undefined): string {
  if (figure === undefined) return '–'
  const { value, low, high } = figure
  if (low === undefined || high === undefined) return formatNumber(value)
  return `${formatNumber(value)} [${formatNumber(low)}, ${formatNumber(high)}]`
}
