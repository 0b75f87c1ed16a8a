import type { NeedFacts } from '../report-data.ts'
import { type Html, html } from './html.ts'
import type { Reading } from './reading.ts'
import { words } from './words.ts'

const tones = { better: 'good', unclear: 'caution', worse: 'bad' } as const

/** What will be needed of each category and item, and how well that was told on a later time, category by category. */
export function needsSection(facts: NeedFacts, reading: Reading): Html {
  const { say, percent, decimal, text } = reading
  const held = say(
    `Each shopper is asked about what they bought or looked at of late and what others like them buy: that held ${percent(facts.heldGroupShare)} of the categories and ${percent(facts.heldItemShare)} of the items that they then bought. What lies outside is not counted here.`,
    `每位顾客的候选包括其近期购买或浏览的商品，以及相似顾客购买的商品：其后实际购买的类目有 ${percent(facts.heldGroupShare)}、商品有 ${percent(facts.heldItemShare)} 在候选之内；候选之外的不计入。`,
  )
  const when = say(
    `When something was bought, the day was told to within ${decimal(facts.dayError, 1)} days on average; always saying the middle of the ${facts.horizonDays} days misses by ${decimal(facts.middleError, 1)}.`,
    `对于实际发生的购买，预计日期平均相差 ${decimal(facts.dayError, 1)} 天；若一律取 ${facts.horizonDays} 天的中点，则相差 ${decimal(facts.middleError, 1)} 天。`,
  )
  return html`<section><h2>${text(words.needs)}</h2><p>${held}</p><div class="charts">${sumsTable(facts.groups, say('category', '类目'), facts, reading)}${sumsTable(facts.items, say('item', '商品'), facts, reading)}</div>${partsTable(facts, reading)}<p>${when}</p></section>`
}

function sumsTable(
  sums: NeedFacts['groups'],
  title: string,
  { horizonDays }: NeedFacts,
  { say, count, text }: Reading,
): Html {
  if (sums.length === 0) return html``
  const rows = sums.map(
    ({ name, units, buyerCount }) =>
      html`<tr><td>${text(name)}</td><td class="number">${count(buyerCount)}</td><td class="number">${count(units)}</td></tr>`,
  )
  return html`<table><thead><tr><th>${title}</th><th class="number">${say(`buyers in ${horizonDays} days`, `${horizonDays} 天内的买家`)}</th><th class="number">${say('units', '件数')}</th></tr></thead><tbody>${rows}</tbody></table>`
}

function partsTable({ parts }: NeedFacts, reading: Reading): Html {
  if (parts.length === 0) return html``
  const { say, count, decimal, percent, text } = reading
  const verdicts = {
    better: say('better', '更好'),
    unclear: say('no better', '无优势'),
    worse: say('worse', '更差'),
  }
  const rows = parts.map(
    ({ name, shopperCount, meanUnits, meanExpected, gain, kind }) =>
      html`<tr><td>${text(name)}</td><td class="number">${count(shopperCount)}</td><td class="number">${decimal(meanUnits)}</td><td class="number">${decimal(meanExpected)}</td><td class="number">${percent(gain.value)}<small class="below">${percent(gain.low)} … ${percent(gain.high)}</small></td><td><span class="tag ${tones[kind]}">${verdicts[kind]}</span></td></tr>`,
  )
  const gain = say('gain over “the same as last quarter”', '相对“与上一季度相同”的优势')
  return html`<div class="wide"><table><thead><tr><th>${say('judged by itself', '单独评判')}</th><th class="number">${say('shoppers', '顾客数')}</th><th class="number">${say('units that came', '实际件数')}</th><th class="number">${say('units expected', '预计件数')}</th><th class="number">${gain}<small class="below">${say('Poisson deviance, 95 % interval', '泊松偏差，95% 区间')}</small></th><th></th></tr></thead><tbody>${rows}</tbody></table></div>`
}
