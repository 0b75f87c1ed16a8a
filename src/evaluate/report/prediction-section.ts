import type { Bilingual } from '../../core/language.ts'
import type { ContenderFigures, Evaluation, MetricValue, TimedEvaluation } from '../evaluation.ts'
import type { ReportData } from '../report-data.ts'
import { type Html, html } from './html.ts'
import { decisionBlock, needsLine, slicesBlock } from './judging-tables.ts'
import { chartsOfEvaluation } from './prediction-charts.ts'
import type { Reading } from './reading.ts'
import { verdictSentence, verdictSummary } from './verdict.ts'
import { metricWords, words } from './words.ts'

/** Each model beside its baselines on the test customers, said in words first. */
export function predictionSection(data: ReportData, reading: Reading): Html {
  const skipped = data.skipped.map(
    ({ model, reason }) => html`<p class="caution"><b>${model}</b>: ${reading.text(reason)}</p>`,
  )
  return html`<section><h2>${reading.text(words.predictions)}</h2><p>${reading.say(
    'Every model learned from customers as they were on an earlier day and was then asked about days it had not seen. Beside it stands the simple rule that anyone could use; a model that does not beat it is not worth having, and we say so.',
    '每个模型都只根据较早某一天的顾客数据学习，然后预测它从未见过的日子。旁边是任何人都能用的简单规则；如果模型不能胜过它，就不值得使用，我们会如实说明。',
  )}</p>${verdictSummary(data.evaluations, reading)}${data.evaluations.map((evaluation) => evaluationBlock(evaluation, data.featureNames, reading))}${skipped}</section>`
}

function evaluationBlock(
  evaluation: TimedEvaluation,
  featureNames: Readonly<Record<string, Bilingual>>,
  reading: Reading,
): Html {
  const { split } = evaluation
  const { say, date, count } = reading
  const when = say(
    `Learned from ${count(split.trainRowCount)} rows up to ${date(Math.max(...split.trainCutsMs))}, tuned on ${date(split.validationCutMs)}, judged on ${count(split.testRowCount)} customers of ${date(split.testCutMs)} and what they did in the ${split.horizonDays} days after.`,
    `用截至 ${date(Math.max(...split.trainCutsMs))} 的 ${count(split.trainRowCount)} 行学习，在 ${date(split.validationCutMs)} 调整，再用 ${date(split.testCutMs)} 的 ${count(split.testRowCount)} 位顾客及其后 ${split.horizonDays} 天的行为评判。`,
  )
  return html`<article><h3>${reading.text(evaluation.question)}</h3>${verdictSentence(evaluation, reading)}${needsLine(evaluation, reading)}<p class="when">${when} ${meansLine(evaluation, reading)}</p>${figuresTables(evaluation, reading)}${decisionBlock(evaluation, reading)}${slicesBlock(evaluation, reading)}<div class="charts">${chartsOfEvaluation(evaluation, featureNames, reading)}</div></article>`
}

function meansLine(
  { charts, meanActual, meanPredicted }: Evaluation,
  { say, percent, decimal }: Reading,
): string {
  const write = (value: number) =>
    charts.kind === 'classification' ? percent(value, 1) : decimal(value, Math.abs(value) >= 10 ? 0 : 2)
  return say(
    `Overall it said ${write(meanPredicted)}; what came was ${write(meanActual)}.`,
    `总体预测 ${write(meanPredicted)}，实际 ${write(meanActual)}。`,
  )
}

/** The measures that decide stand open, the others behind a click. */
function figuresTables({ contenders }: Evaluation, reading: Reading): Html {
  const metrics = Object.keys(contenders[0]?.metrics ?? {})
  const [main, others] = [true, false].map((isMain) =>
    metrics.filter((metric) => (metricWords(metric).isMain ?? false) === isMain),
  )
  const more = reading.say('All measures', '全部指标')
  const rest =
    others === undefined || others.length === 0
      ? html``
      : html`<details><summary>${more}</summary>${figuresTable(contenders, others, reading)}</details>`
  return html`${figuresTable(contenders, main ?? [], reading)}${rest}`
}

function figuresTable(
  contenders: readonly ContenderFigures[],
  metrics: readonly string[],
  reading: Reading,
): Html {
  const head = contenders.map(
    ({ name, isBaseline, isRival }) =>
      html`<th class="number">${reading.text(name)}${isBaseline || isRival ? html`<small class="below">${reading.text(isRival ? words.rival : words.baseline)}</small>` : html``}</th>`,
  )
  const rows = metrics.map(
    (metric) =>
      html`<tr><td>${metricCell(metric, reading)}</td>${contenders.map((each) => figureCell(each, metric, reading))}</tr>`,
  )
  return html`<div class="wide"><table><thead><tr><th>${reading.text(words.metric)}</th>${head}</tr></thead><tbody>${rows}</tbody></table></div>`
}

function metricCell(metric: string, { text }: Reading): Html {
  const { name, note } = metricWords(metric)
  return html`${text(name)}${note === undefined ? html`` : html`<small class="below">${text(note)}</small>`}`
}

function figureCell(
  { metrics, isBaseline, isRival }: ContenderFigures,
  metric: string,
  reading: Reading,
): Html {
  const figure = metrics[metric]
  if (figure === undefined || !Number.isFinite(figure.value)) return html`<td class="number">–</td>`
  return html`<td class="number${isBaseline || isRival ? '' : ' own'}">${write(figure.value, reading)}${intervalOf(figure, reading)}</td>`
}

function intervalOf({ low, high }: MetricValue, reading: Reading): Html {
  if (low === undefined || high === undefined) return html``
  return html`<small class="below">${write(low, reading)} … ${write(high, reading)}</small>`
}

function write(value: number, { decimal }: Reading): string {
  return decimal(value, Math.abs(value) >= 100 ? 0 : 3)
}
