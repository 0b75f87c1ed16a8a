import type { Bilingual } from '../../core/language.ts'
import type { ClassificationCharts, Evaluation, RegressionCharts } from '../evaluation.ts'
import { drawChart, palette, quietColour } from './chart.ts'
import { axis, diagonal, line, round, titleStyle } from './chart-parts.ts'
import type { Html } from './html.ts'
import {
  dependenceCharts,
  importanceChart,
  learningChart,
  precisionRecallChart,
  residualChart,
} from './judging-charts.ts'
import type { Reading } from './reading.ts'
import { words } from './words.ts'

const scatterPoints = 400
const driverCount = 10

export function chartsOfEvaluation(
  evaluation: Evaluation,
  featureNames: Readonly<Record<string, Bilingual>>,
  reading: Reading,
): Html[] {
  const { charts } = evaluation
  const own =
    charts.kind === 'classification'
      ? [
          rocChart(charts, reading),
          precisionRecallChart(charts, evaluation.meanActual, reading),
          calibrationChart(charts, reading),
          liftChart(charts, reading),
        ]
      : [scatterChart(charts, reading), residualChart(charts, reading), decilesChart(charts, reading)]
  return [
    ...own,
    ...(evaluation.drivers.length > 0 ? [driversChart(evaluation, featureNames, reading)] : []),
    importanceChart(evaluation, featureNames, reading),
    learningChart(evaluation, reading),
    ...dependenceCharts(evaluation, featureNames, reading),
  ]
}

function rocChart({ roc }: ClassificationCharts, { text, say }: Reading): Html {
  const title = text(words.roc)
  return drawChart(
    {
      title: { text: title, textStyle: titleStyle },
      grid: { left: 55, right: 20, top: 40, bottom: 45 },
      xAxis: axis(say('others taken for buyers', '误判为买家的比例'), 1),
      yAxis: axis(say('buyers found', '找到的买家比例'), 1),
      series: [line(roc.map((point) => [point.falsePositiveRate, point.truePositiveRate])), diagonal(1)],
    },
    title,
  )
}

function calibrationChart({ calibration }: ClassificationCharts, { text, say }: Reading): Html {
  const title = text(words.calibration)
  const highest = Math.max(0.1, ...calibration.flatMap((bin) => [bin.predicted, bin.observed]))
  const top = Math.min(1, Math.ceil(highest * 10) / 10)
  return drawChart(
    {
      title: { text: title, textStyle: titleStyle },
      grid: { left: 55, right: 20, top: 40, bottom: 45 },
      xAxis: axis(say('said', '预测概率'), top),
      yAxis: axis(say('came', '实际比例'), top),
      series: [
        { ...line(calibration.map((bin) => [bin.predicted, bin.observed])), showSymbol: true, symbolSize: 7 },
        diagonal(top),
      ],
    },
    title,
  )
}

function liftChart({ lift }: ClassificationCharts, { text, say }: Reading): Html {
  const title = text(words.lift)
  return drawChart(
    {
      title: { text: title, textStyle: titleStyle },
      grid: { left: 45, right: 20, top: 40, bottom: 45 },
      xAxis: {
        type: 'category',
        data: lift.map((_, tenth) => String(tenth + 1)),
        name: say('tenth', '十分位'),
        nameLocation: 'middle',
        nameGap: 25,
      },
      yAxis: { type: 'value', name: say('× average', '× 平均') },
      series: [
        {
          type: 'bar',
          data: lift.map((value) => Math.round(value * 100) / 100),
          label: { show: true, position: 'top', fontSize: 11 },
          markLine: {
            silent: true,
            symbol: 'none',
            label: { show: false },
            lineStyle: { color: quietColour },
            data: [{ yAxis: 1 }],
          },
        },
      ],
    },
    title,
  )
}

/** Amounts span decades and hold zeros: both axes run by log10(1 + amount), and tell the amount. */
function scatterChart({ scatter }: RegressionCharts, { text, say }: Reading): Html {
  const title = `${text(words.scatter)}${say(' (each line ten times more)', '（每格十倍）')}`
  const scale = (value: number) => Math.round(Math.log10(1 + Math.max(0, value)) * 1000) / 1000
  const points = scatter.slice(0, scatterPoints).map((point) => [scale(point.predicted), scale(point.actual)])
  const top = Math.ceil(Math.max(1, ...points.flat()))
  const decades = { interval: 1, axisLabel: { formatter: writeDecade } }
  return drawChart(
    {
      title: { text: title, textStyle: titleStyle },
      grid: { left: 70, right: 30, top: 40, bottom: 45 },
      xAxis: { ...axis(say('predicted', '预测'), top), ...decades },
      yAxis: { ...axis(say('what came', '实际'), top), ...decades, nameGap: 45 },
      series: [{ type: 'scatter', symbolSize: 4, itemStyle: { opacity: 0.5 }, data: points }, diagonal(top)],
    },
    title,
  )
}

/** 0, then 10, 100, 1,000: one more than the amount itself, which nobody will miss. */
function writeDecade(power: number): string {
  return power === 0 ? '0' : (10 ** power).toLocaleString('en')
}

function decilesChart({ deciles }: RegressionCharts, { text, say }: Reading): Html {
  const title = text(words.deciles)
  return drawChart(
    {
      title: { text: title, textStyle: titleStyle },
      legend: { bottom: 0, itemGap: 30 },
      grid: { left: 60, right: 20, top: 40, bottom: 50 },
      xAxis: { type: 'category', data: deciles.map((_, tenth) => String(tenth + 1)) },
      yAxis: { type: 'value' },
      series: [
        { name: say('predicted', '预测'), type: 'bar', data: deciles.map((tenth) => round(tenth.predicted)) },
        { name: say('what came', '实际'), type: 'bar', data: deciles.map((tenth) => round(tenth.actual)) },
      ],
    },
    title,
  )
}

function driversChart(
  { drivers }: Evaluation,
  featureNames: Readonly<Record<string, Bilingual>>,
  { text, say }: Reading,
): Html {
  const title = say('What drives the score (%; orange lowers it)', '影响评分的因素（%；橙色为降低）')
  const top = drivers.slice(0, driverCount).toReversed()
  return drawChart(
    {
      title: { text: title, textStyle: titleStyle },
      grid: { left: 250, right: 45, top: 40, bottom: 15 },
      xAxis: { type: 'value', axisLabel: { show: false }, splitLine: { show: false } },
      yAxis: {
        type: 'category',
        data: top.map(({ feature }) => text(featureNames[feature] ?? { en: feature, zh: feature })),
        axisLabel: { width: 205, overflow: 'break', fontSize: 11, lineHeight: 12, interval: 0 },
      },
      series: [
        {
          type: 'bar',
          label: { show: true, position: 'right', fontSize: 11 },
          data: top.map(({ share, direction }) => ({
            value: Math.round(share * 1000) / 10,
            itemStyle: { color: (direction < 0 ? palette[1] : palette[0]) ?? quietColour },
          })),
        },
      ],
    },
    title,
    360,
  )
}
