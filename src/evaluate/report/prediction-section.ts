import type { Bilingual } from '../../core/language.ts'
import type { ContenderFigures, Evaluation, MetricValue } from '../evaluation.ts'
import type { ReportData } from '../report-data.ts'
import { type Html, html } from './html.ts'
import { chartsOfEvaluation } from './prediction-charts.ts'
import type { Reading } from './reading.ts'
import { metricNames, words } from './words.ts'

/** Each model beside its baselines on the test customers, said in words first. */
export function predictionSection(data: ReportData, reading: Reading): Html {
  const skipped = data.skipped.map(
    ({ model, reason }) => html`<p class="caution"><b>${model}</b>: ${reading.text(reason)}</p>`,
  )
  return html`<section><h2>${reading.text(words.predictions)}</h2><p>${reading.say(
    'Every model learned from customers as they were on an earlier day and was then asked about days it had not seen. Beside it stands the simple rule that anyone could use; a model that does not beat it is not worth having, and we say so.',
    '每个模型都只根据较早某一天的顾客数据学习，然后预测它从未见过的日子。旁边是任何人都能用的简单规则；如果模型不能胜过它，就不值得使用，我们会如实说明。',
  )}</p>${data.evaluations.map((evaluation) => evaluationBlock(evaluation, data.featureNames, reading))}${skipped}</section>`
}

function evaluationBlock(
  evaluation: Evaluation,
  featureNames: Readonly<Record<string, Bilingual>>,
  reading: Reading,
): Html {
  const { split } = evaluation
  const { say, date, count } = reading
  const when = say(
    `Learned from ${count(split.trainRowCount)} rows up to ${date(Math.max(...split.trainCutsMs))}, tuned on ${date(split.validationCutMs)}, judged on ${count(split.testRowCount)} customers of ${date(split.testCutMs)} and what they did in the ${split.horizonDays} days after.`,
    `用截至 ${date(Math.max(...split.trainCutsMs))} 的 ${count(split.trainRowCount)} 行学习，在 ${date(split.validationCutMs)} 调整，再用 ${date(split.testCutMs)} 的 ${count(split.testRowCount)} 位顾客及其后 ${split.horizonDays} 天的行为评判。`,
  )
  return html`<article><h3>${reading.text(evaluation.question)}</h3>${verdictLine(evaluation, reading)}<p class="when">${when} ${meansLine(evaluation, reading)}</p>${figuresTable(evaluation, reading)}<div class="charts">${chartsOfEvaluation(evaluation, featureNames, reading)}</div></article>`
}

function verdictLine({ verdict }: Evaluation, reading: Reading): Html {
  const { say, decimal, text } = reading
  const { difference, baseline, kind } = verdict
  const metric = text(metricNames[verdict.metric] ?? { en: verdict.metric, zh: verdict.metric })
  const digits = Math.abs(difference.value) >= 10 ? 0 : 3
  const range = `${decimal(difference.low ?? Number.NaN, digits)} … ${decimal(difference.high ?? Number.NaN, digits)}`
  const by = say(
    `by ${decimal(difference.value, digits)} of ${metric}, surely between ${range} (95 %)`,
    `差距 ${decimal(difference.value, digits)}（${metric}），95% 区间 ${range}`,
  )
  const texts = {
    better: say(
      `Better than the best simple rule, “${text(baseline)}”, ${by}.`,
      `优于最好的简单规则“${text(baseline)}”，${by}。`,
    ),
    unclear: say(
      `No clear gain over the simple rule “${text(baseline)}”: ${by}. Use the rule.`,
      `相比简单规则“${text(baseline)}”没有明显优势：${by}。建议直接用该规则。`,
    ),
    worse: say(
      `Worse than the simple rule “${text(baseline)}”: ${by}. Do not use this model here.`,
      `不如简单规则“${text(baseline)}”：${by}。此处不要使用该模型。`,
    ),
  }
  const tone = { better: 'good', unclear: 'caution', worse: 'bad' }[kind]
  return html`<p class="${tone}">${texts[kind]}</p>`
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

function figuresTable({ contenders }: Evaluation, reading: Reading): Html {
  const metrics = Object.keys(contenders[0]?.metrics ?? {})
  const head = contenders.map(
    ({ name, isBaseline }) =>
      html`<th class="number">${reading.text(name)}${isBaseline ? html` <small>${reading.text(words.baseline)}</small>` : html``}</th>`,
  )
  const rows = metrics.map(
    (metric) =>
      html`<tr><td>${reading.text(metricNames[metric] ?? { en: metric, zh: metric })}</td>${contenders.map((each) => figureCell(each, metric, reading))}</tr>`,
  )
  return html`<div class="wide"><table><thead><tr><th>${reading.text(words.metric)}</th>${head}</tr></thead><tbody>${rows}</tbody></table></div>`
}

function figureCell({ metrics, isBaseline }: ContenderFigures, metric: string, reading: Reading): Html {
  const figure = metrics[metric]
  if (figure === undefined || !Number.isFinite(figure.value)) return html`<td class="number">–</td>`
  return html`<td class="number${isBaseline ? '' : ' own'}">${write(figure.value, reading)}${intervalOf(figure, reading)}</td>`
}

function intervalOf({ low, high }: MetricValue, reading: Reading): Html {
  if (low === undefined || high === undefined) return html``
  return html`<small class="interval">${write(low, reading)} … ${write(high, reading)}</small>`
}

function write(value: number, { decimal }: Reading): string {
  return decimal(value, Math.abs(value) >= 100 ? 0 : 3)
}
