import type { LifetimeTotals } from '../../profiles/score-totals.ts'
import type { ExampleFacts } from '../report-data.ts'
import { drawChart, palette } from './chart.ts'
import { type Html, html } from './html.ts'
import type { Reading } from './reading.ts'
import { words } from './words.ts'

/** With so many customers in the top tenth, the probability of still being one tells nobody apart. */
const undividedShare = 0.95

/** How many customers are likely still there, and what they are expected to bring. */
export function lifetimeSection(facts: LifetimeTotals, reading: Reading): Html {
  const { say, count, money } = reading
  const sum = say(
    `In the next ${facts.horizonDays} days we expect ${count(facts.expectedOrders)} orders worth ${money(facts.expectedSpend)} from the customers you have today; newcomers are not counted.`,
    `未来 ${facts.horizonDays} 天，预计现有顾客将下 ${count(facts.expectedOrders)} 笔订单，金额 ${money(facts.expectedSpend)}；不含新顾客。`,
  )
  const alive = tenthsChart(
    facts.aliveTenths,
    say('Customers by probability of still being one', '按“仍是顾客”的概率统计'),
  )
  const returns = facts.returns
    ? tenthsChart(
        facts.returns.tenths,
        say(
          `Customers by probability of buying again within ${facts.returns.horizonDays} days`,
          `按 ${facts.returns.horizonDays} 天内再次购买的概率统计`,
        ),
      )
    : html``
  return html`<section><h2>${reading.text(words.lifetime)}</h2><p>${sum}</p>${undividedNote(facts, reading)}<div class="charts">${alive}${returns}</div></section>`
}

function undividedNote({ aliveTenths }: LifetimeTotals, { say }: Reading): Html {
  const total = aliveTenths.reduce((all, customers) => all + customers, 0)
  if ((aliveTenths.at(-1) ?? 0) < undividedShare * total) return html``
  return html`<p class="caution">${say(
    'These data show no sign of customers leaving for good, only of long pauses: the history is too short to tell the two apart. Do not read “still a customer” as loyalty; to see who may stay away, use the probability of buying again.',
    '这些数据看不出顾客彻底流失的迹象，只能看到长时间的间隔：历史太短，无法区分两者。请勿把“仍是顾客”当作忠诚；想知道谁可能不再来，请看再次购买的概率。',
  )}</p>`
}

function tenthsChart(tenths: readonly number[], title: string): Html {
  return drawChart(
    {
      title: { text: title, textStyle: { fontSize: 13 } },
      grid: { left: 50, right: 20, top: 40, bottom: 45 },
      xAxis: {
        type: 'category',
        data: tenths.map((_, tenth) => `${tenth * 10}–${tenth * 10 + 10}%`),
        axisLabel: { interval: 0, fontSize: 10 },
      },
      yAxis: { type: 'value' },
      series: [{ type: 'bar', itemStyle: { color: palette[2] ?? '' }, data: [...tenths] }],
    },
    title,
  )
}

/** A few people with the reasons of each score. */
export function examplesSection(examples: readonly ExampleFacts[], reading: Reading): Html {
  return html`<section><h2>${reading.text(words.examples)}</h2><div class="cards">${examples.map((each) => exampleCard(each, reading))}</div></section>`
}

function exampleCard(example: ExampleFacts, reading: Reading): Html {
  const { say, count, money, text } = reading
  const scores = example.scores.map(
    (score) =>
      html`<dt>${text(score.name)}: <b>${score.value}</b>${score.interval === undefined ? html`` : html` <small>${score.interval}</small>`}</dt><dd><ul>${score.reasons.map((reason) => html`<li>${text(reason)}</li>`)}</ul></dd>`,
  )
  const group = example.group === undefined ? html`` : html`<p>${text(example.group)}</p>`
  return html`<article class="card"><h3>${example.id}</h3><p>${say(`${count(example.orderCount)} orders, ${money(example.spend)} spent`, `${count(example.orderCount)} 笔订单，消费 ${money(example.spend)}`)}</p>${group}<dl>${scores}</dl></article>`
}

/** What the terms mean and what the report does not know. */
export function methodSection(seed: number, reading: Reading): Html {
  const { say } = reading
  const lines = [
    say(
      'Nothing here saw the future: features of a customer end at a cut, labels begin after it, and the test days lie after all days that were learned from.',
      '没有任何模型看到未来：顾客特征截止于某个时间点，标签从其后开始，测试日期晚于所有学习日期。',
    ),
    say(
      'Intervals (95 %) come from drawing customers anew, with replacement; where two contenders are compared, both meet the same drawn customers.',
      '95% 区间来自对顾客有放回地重新抽样；比较两者时，使用同一批抽样顾客。',
    ),
    say(
      'After judging, each model is fitted again with the same settings on all days that have an outcome; those fits make the scores.',
      '评判之后，每个模型以相同设置在所有已有结果的日期上重新拟合，用于实际评分。',
    ),
    say(
      'Spend counts products before refunds; postage, fees and manual corrections are told apart. Extreme quantities stay in the events and are only capped inside the models.',
      '消费额只计商品、未扣退款；邮费、手续费与人工调整单独区分。极端数量保留在事件中，仅在模型内截尾。',
    ),
    say(
      'A reason is a feature’s share in a score. It says what the model looked at, not what causes a person to buy.',
      '“原因”是某个特征在评分中的占比。它说明模型看重什么，而不是顾客为何购买。',
    ),
    say(
      `Seed ${seed}: the same data and seed give the same report.`,
      `随机种子 ${seed}：相同数据与种子得到相同报告。`,
    ),
  ]
  return html`<section><h2>${reading.text(words.method)}</h2><ul>${lines.map((line) => html`<li>${line}</li>`)}</ul></section>`
}
