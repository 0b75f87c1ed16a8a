import type { InterestFacts } from '../report-data.ts'
import { drawChart } from './chart.ts'
import { groupHistory } from './group-history.ts'
import { type Html, html } from './html.ts'
import type { Reading } from './reading.ts'
import { words } from './words.ts'

const topicCount = 12
/** The axes of the map have no unit: only nearness speaks. */
const bareAxis = { type: 'value', show: false, scale: true } as const

/** The groups on a map, each with what sets it apart, and how firm the grouping is. */
export function interestsSection(facts: InterestFacts, reading: Reading): Html {
  const { say, decimal } = reading
  const isFirm = facts.isGrouped && facts.stability >= 0.6 && facts.silhouette >= 0.1
  const firmness = !facts.isGrouped
    ? say(
        'Customers lie no nearer to these centres than customers without groups would (gap statistic): the groups only cut a cloud.',
        '顾客到这些中心的距离并不比无分群的人群更近（gap 统计量）：这些群体只是对一团数据的切分。',
      )
    : isFirm
      ? say('The groups hold when customers are drawn anew.', '重新抽取顾客后，群体依然稳定。')
      : say(
          'Treat these groups as a sketch: they shift when customers are drawn anew.',
          '请把这些群体当作草图：重新抽取顾客后它们会变化。',
        )
  return html`<section><h2>${reading.text(words.interests)}</h2>
<p class="${isFirm ? 'good' : 'caution'}">${firmness} ${say(
    `(agreement between fits ${decimal(facts.stability)} of 1, separation ${decimal(facts.silhouette)})`,
    `（多次拟合的一致度 ${decimal(facts.stability)}，满分 1；分离度 ${decimal(facts.silhouette)}）`,
  )}</p>
<div class="charts">${mapChart(facts, reading)}${topicsChart(facts, reading)}</div>
<table><thead><tr><th>${say('group', '群体')}</th><th class="number">${say('customers', '顾客数')}</th><th class="number">${say('spend each', '人均消费')}</th><th class="number">${say('orders each', '人均订单')}</th><th>${say('what sets it apart', '突出特征')}</th></tr></thead><tbody>${facts.groups.map((group) => groupRow(group, reading))}</tbody></table>${groupHistory(facts, reading)}</section>`
}

function groupRow(group: InterestFacts['groups'][number], reading: Reading): Html {
  const { count, money, decimal, text, say } = reading
  const size = Math.max(1, group.customerCount)
  const list = (sign: 1 | -1) =>
    group.features
      .filter((feature) => Math.sign(feature.difference) === sign)
      .map(
        (feature) =>
          `${text(feature.name)} (${sign > 0 ? '+' : '−'}${decimal(Math.abs(feature.difference), 1)}σ)`,
      )
      .join(', ')
  const [more, less] = [list(1), list(-1)]
  const features = [more && `${say('more:', '更多：')} ${more}`, less && `${say('less:', '更少：')} ${less}`]
    .filter((part) => part !== '')
    .join(' · ')
  return html`<tr><td><b>${text(group.name)}</b></td><td class="number">${count(group.customerCount)}</td><td class="number">${money(group.spend / size)}</td><td class="number">${decimal(group.orderCount / size, 1)}</td><td>${features}</td></tr>`
}

function mapChart({ map, groups }: InterestFacts, { say, text }: Reading): Html {
  const title = say('Customers by interest: near is alike', '顾客兴趣图：越近越相似')
  return drawChart(
    {
      title: { text: title, textStyle: { fontSize: 13 } },
      legend: { bottom: 0, type: 'plain', itemWidth: 10, itemGap: 24, textStyle: { fontSize: 10 } },
      grid: { left: 10, right: 10, top: 40, bottom: 90 },
      xAxis: bareAxis,
      yAxis: bareAxis,
      series: groups.map((group, index) => ({
        name: text(group.name),
        type: 'scatter' as const,
        symbolSize: 4,
        itemStyle: { opacity: 0.7 },
        data: map.filter((point) => point.group === index).map((point) => [point.x, point.y]),
      })),
    },
    title,
    400,
  )
}

function topicsChart({ topics }: InterestFacts, { say, text }: Reading): Html {
  if (topics.length === 0) return html``
  const title = say('What they buy: share of spend by topic (%)', '购买内容：各主题消费占比（%）')
  const top = topics.slice(0, topicCount).toReversed()
  return drawChart(
    {
      title: { text: title, textStyle: { fontSize: 13 } },
      grid: { left: 200, right: 50, top: 40, bottom: 20 },
      xAxis: { type: 'value', axisLabel: { show: false }, splitLine: { show: false } },
      yAxis: {
        type: 'category',
        data: top.map((topic) => text(topic.name)),
        axisLabel: { width: 185, overflow: 'break', fontSize: 11, lineHeight: 12, interval: 0 },
      },
      series: [
        {
          type: 'bar',
          data: top.map((topic) => Math.round(topic.share * 1000) / 10),
          label: { show: true, position: 'right', fontSize: 11 },
        },
      ],
    },
    title,
    400,
  )
}
