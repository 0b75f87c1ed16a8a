import type { Population } from '../../profiles/population.ts'
import { drawChart, palette, quietColour } from './chart.ts'
import { type Html, html } from './html.ts'
import type { Reading } from './reading.ts'
import { words } from './words.ts'

/** How many customers there are, what they bring, and how unequal that is. */
export function customersSection(facts: Population, reading: Reading): Html {
  const { say, count, money, percent } = reading
  const topShare = facts.spendShareByTenth[0] ?? 0
  const tiles = [
    [count(facts.customerCount), say('customers who bought', '位购买过的顾客')],
    [count(facts.orderCount), say('orders', '笔订单')],
    [money(facts.spend), say('spent on products', '商品消费额')],
    [percent(facts.repeatRate), say('bought more than once', '购买过不止一次')],
  ] as const
  return html`<section><h2>${reading.text(words.customers)}</h2>
<div class="tiles">${tiles.map(([value, name]) => html`<div class="tile"><b>${value}</b><span>${name}</span></div>`)}</div>
<p>${say(
    `The best tenth of customers brings ${percent(topShare)} of what is spent. Losing one of them costs as much as losing ${count(Math.max(1, Math.round(topShare / Math.max((1 - topShare) / 9, 1e-9))))} average others.`,
    `消费最高的十分之一顾客贡献了 ${percent(topShare)} 的消费额。流失其中一位，相当于流失 ${count(Math.max(1, Math.round(topShare / Math.max((1 - topShare) / 9, 1e-9))))} 位普通顾客。`,
  )}</p>
<div class="charts">${monthsChart(facts, reading)}${tenthsChart(facts, reading)}${recencyChart(facts, reading)}${countriesChart(facts, reading)}</div></section>`
}

function monthsChart({ months }: Population, { say, month }: Reading): Html {
  const title = say('Spend and first-time buyers by month', '每月消费额与首次购买者')
  return drawChart(
    {
      title: { text: title, textStyle: { fontSize: 13 } },
      legend: { bottom: 0 },
      grid: { left: 70, right: 50, top: 40, bottom: 60 },
      xAxis: { type: 'category', data: months.map((each) => month(each.month)) },
      yAxis: [{ type: 'value' }, { type: 'value', splitLine: { show: false } }],
      series: [
        { name: say('spend', '消费额'), type: 'bar', data: months.map((each) => Math.round(each.spend)) },
        {
          name: say('first-time buyers', '首次购买者'),
          type: 'line',
          yAxisIndex: 1,
          data: months.map((each) => each.newCustomerCount),
        },
      ],
    },
    title,
  )
}

function tenthsChart({ spendShareByTenth }: Population, { say }: Reading): Html {
  const title = say('Share of spend by tenth of customers (%)', '各十分位顾客的消费占比（%）')
  return drawChart(
    {
      title: { text: title, textStyle: { fontSize: 13 } },
      grid: { left: 50, right: 20, top: 40, bottom: 40 },
      xAxis: {
        type: 'category',
        data: spendShareByTenth.map((_, tenth) =>
          tenth === 0 ? say('best', '最高') : tenth === 9 ? say('last', '最低') : String(tenth + 1),
        ),
      },
      yAxis: { type: 'value' },
      series: [
        {
          type: 'bar',
          data: spendShareByTenth.map((share) => Math.round(share * 1000) / 10),
          label: { show: true, position: 'top', fontSize: 11 },
        },
      ],
    },
    title,
  )
}

function recencyChart({ recency }: Population, { say }: Reading): Html {
  const title = say('Customers by days since their last order', '按距上次下单天数统计的顾客')
  return drawChart(
    {
      title: { text: title, textStyle: { fontSize: 13 } },
      grid: { left: 50, right: 20, top: 40, bottom: 40 },
      xAxis: {
        type: 'category',
        axisLabel: { interval: 0, fontSize: 11 },
        data: recency.map((bin, index) => {
          const next = recency[index + 1]
          return next === undefined ? `${bin.fromDays}+` : `${bin.fromDays}–${next.fromDays - 1}`
        }),
      },
      yAxis: { type: 'value' },
      series: [
        { type: 'bar', itemStyle: { color: palette[2] ?? '' }, data: recency.map((bin) => bin.count) },
      ],
    },
    title,
  )
}

function countriesChart({ countries }: Population, { say }: Reading): Html {
  if (countries.length < 2) return html``
  const title = say('Customers by country', '按国家统计的顾客')
  const top = countries.slice(0, 8).toReversed()
  return drawChart(
    {
      title: { text: title, textStyle: { fontSize: 13 } },
      grid: { left: 120, right: 50, top: 40, bottom: 20 },
      xAxis: { type: 'value', splitLine: { show: false }, axisLabel: { show: false } },
      yAxis: { type: 'category', data: top.map((each) => each.name) },
      series: [
        {
          type: 'bar',
          itemStyle: { color: quietColour },
          data: top.map((each) => each.customerCount),
          label: { show: true, position: 'right', fontSize: 11 },
        },
      ],
    },
    title,
  )
}
