import type { Bilingual } from '../../core/language.ts'
import type { ClassificationCharts, DependenceCurve, Evaluation, RegressionCharts } from '../evaluation.ts'
import { drawChart, palette, quietColour } from './chart.ts'
import { axis, line, round, titleStyle, whiskers } from './chart-parts.ts'
import { type Html, html } from './html.ts'
import type { Reading } from './reading.ts'
import { metricWords, words } from './words.ts'

const residualPoints = 400
const importanceCount = 10
const dependenceCount = 4

/** The share of those named who acted, by the share of all who acted that were named; the line is what chance would reach. */
export function precisionRecallChart(
  { precisionRecall = [] }: ClassificationCharts,
  meanActual: number,
  { text, say }: Reading,
): Html {
  if (precisionRecall.length === 0) return html``
  const title = text(words.precisionRecall)
  const level = round(meanActual)
  return drawChart(
    {
      title: { text: title, textStyle: titleStyle },
      grid: { left: 55, right: 20, top: 40, bottom: 45 },
      xAxis: axis(say('recall: buyers found', '召回率'), 1),
      yAxis: axis(say('precision', '精确率'), 1),
      series: [
        line(precisionRecall.map((point) => [point.recall, point.precision])),
        {
          ...line([
            [0, level],
            [1, level],
          ]),
          silent: true,
          lineStyle: { type: 'dashed', width: 1, color: quietColour },
        },
      ],
    },
    title,
  )
}

/** Residuals against predictions, both by sign and log10(1 + size), as amounts span decades. */
export function residualChart({ scatter }: RegressionCharts, { text, say }: Reading): Html {
  const title = `${text(words.residuals)}${say(' (each line ten times more)', '（每格十倍）')}`
  const scale = (value: number) => round(Math.sign(value) * Math.log10(1 + Math.abs(value)))
  const points = scatter
    .slice(0, residualPoints)
    .map(({ predicted, actual }) => [scale(Math.max(0, predicted)), scale(actual - predicted)])
  const [right, high] = [0, 1].map((side) =>
    Math.ceil(Math.max(1, ...points.map((point) => Math.abs(point[side] ?? 0)))),
  )
  const decades = { interval: 1, axisLabel: { formatter: writeSignedDecade } }
  return drawChart(
    {
      title: { text: title, textStyle: titleStyle },
      grid: { left: 75, right: 30, top: 40, bottom: 45 },
      xAxis: { ...axis(say('predicted', '预测'), right ?? 1), ...decades },
      yAxis: {
        ...axis(say('came − predicted', '实际 − 预测'), high ?? 1),
        ...decades,
        min: -(high ?? 1),
        nameGap: 55,
      },
      series: [{ type: 'scatter', symbolSize: 4, itemStyle: { opacity: 0.5 }, data: points }],
    },
    title,
  )
}

function writeSignedDecade(power: number): string {
  if (power === 0) return '0'
  return `${power < 0 ? '−' : ''}${(10 ** Math.abs(power)).toLocaleString('en')}`
}

/** The metric by rows learned from, with its interval as a band. */
export function learningChart({ learningCurve }: Evaluation, { text, say, count }: Reading): Html {
  if (learningCurve === undefined || learningCurve.points.length < 2) return html``
  const { points, metric } = learningCurve
  const title = text(words.learning)
  const band = points.map(({ value, low = value, high = value }) => ({
    low: round(low),
    width: round(high - low),
  }))
  const edge = {
    type: 'line' as const,
    stack: 'band',
    symbol: 'none',
    lineStyle: { opacity: 0 },
    silent: true,
  }
  return drawChart(
    {
      title: { text: title, textStyle: titleStyle },
      grid: { left: 65, right: 20, top: 40, bottom: 45 },
      xAxis: {
        type: 'category',
        data: points.map(({ rowCount }) => count(rowCount)),
        name: say('rows learned from', '学习的行数'),
        nameLocation: 'middle',
        nameGap: 28,
      },
      yAxis: {
        type: 'value',
        scale: true,
        name: text(metricWords(metric).name),
        nameLocation: 'middle',
        nameGap: 45,
      },
      series: [
        { ...edge, stackStrategy: 'all', data: band.map(({ low }) => low) },
        {
          ...edge,
          stackStrategy: 'all',
          areaStyle: { color: palette[0] ?? quietColour, opacity: 0.15 },
          data: band.map(({ width }) => width),
        },
        {
          type: 'line',
          symbolSize: 7,
          itemStyle: { color: palette[0] ?? quietColour },
          data: points.map(({ value }) => round(value)),
        },
      ],
    },
    title,
  )
}

/** How much the mean loss rises when a feature's values are shuffled, with intervals. */
export function importanceChart(
  { importances = [], charts }: Evaluation,
  featureNames: Readonly<Record<string, Bilingual>>,
  { text, say }: Reading,
): Html {
  if (importances.length === 0) return html``
  const loss = text(metricWords(charts.kind === 'classification' ? 'log_loss' : 'poisson_deviance').name)
  const title = `${text(words.importance)}${say(` (${loss} rises by)`, `（${loss} 的增加）`)}`
  const top = importances.slice(0, importanceCount).toReversed()
  return drawChart(
    {
      title: { text: title, textStyle: titleStyle },
      grid: { left: 250, right: 30, top: 40, bottom: 30 },
      xAxis: { type: 'value', axisLabel: { fontSize: 11 } },
      yAxis: {
        type: 'category',
        data: top.map(({ feature }) => text(featureNames[feature] ?? { en: feature, zh: feature })),
        axisLabel: { width: 205, overflow: 'break', fontSize: 11, lineHeight: 12, interval: 0 },
      },
      series: [{ type: 'bar', data: top.map(({ value }) => round(value)) }, whiskers(top)],
    },
    title,
    360,
  )
}

/** What the prediction would be on average, were a feature so much and everything else as it is. */
export function dependenceCharts(
  { dependence = [] }: Evaluation,
  featureNames: Readonly<Record<string, Bilingual>>,
  reading: Reading,
): Html[] {
  return dependence
    .slice(0, dependenceCount)
    .map((curve) => dependenceChart(curve, featureNames[curve.feature], reading))
}

function dependenceChart(
  { feature, points }: DependenceCurve,
  name: Bilingual | undefined,
  { text, say }: Reading,
): Html {
  const named = name === undefined ? feature : text(name)
  const title = say(`The score by: ${named}`, `评分随“${named}”的变化`)
  return drawChart(
    {
      title: { text: title, textStyle: { ...titleStyle, width: 520, overflow: 'truncate' } },
      grid: { left: 65, right: 25, top: 40, bottom: 35 },
      xAxis: { type: 'value', scale: true },
      yAxis: {
        type: 'value',
        scale: true,
        name: say('mean score', '平均评分'),
        nameLocation: 'middle',
        nameGap: 45,
      },
      series: [line(points.map(({ value, mean }) => [value, mean]))],
    },
    title,
  )
}
