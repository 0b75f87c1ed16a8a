import type { Decision, Evaluation, MetricValue, SliceFigures } from '../evaluation.ts'
import { type Html, html } from './html.ts'
import type { Reading } from './reading.ts'
import { metricWords } from './words.ts'

const findingTones = { typical: 'good', weaker: 'caution', 'too-small': 'fact' } as const

/** How many rows it would take to tell a gain of this size from chance. */
export function needsLine({ needs }: Evaluation, { say, count }: Reading): Html {
  if (needs === undefined) return html``
  const { rows, rarer } = needs
  const buyers = rarer
    ? say(
        `, ${count(rarer.need)} of the rarer answer among them (there are ${count(rarer.have)})`,
        `，其中较少的一类需 ${count(rarer.need)} 位（目前 ${count(rarer.have)} 位）`,
      )
    : ''
  return html`<p class="caution">${say(
    `To tell a gain of this size from chance it takes about ${count(rows.need)} customers${buyers}; it was judged on ${count(rows.have)}.`,
    `要将这样的优势与偶然区分开，大约需要 ${count(rows.need)} 位顾客${buyers}；目前评判于 ${count(rows.have)} 位。`,
  )}</p>`
}

/** Right and wrong at the threshold, and what that costs beside acting on nobody and on everybody. */
export function decisionBlock({ decision }: Evaluation, reading: Reading): Html {
  if (decision === undefined) return html``
  const { say, percent, count } = reading
  const { truePositives, falsePositives, trueNegatives, falseNegatives } = decision.counts
  const at =
    decision.threshold > 1
      ? say('Nobody is taken: that costs least.', '不选任何人：这样成本最低。')
      : say(
          `Who scores ${percent(decision.threshold, 1)} or more is taken for a yes.`,
          `评分不低于 ${percent(decision.threshold, 1)} 者判为“会”。`,
        )
  const row = (name: string, came: number, not: number) =>
    html`<tr><td>${name}</td><td class="number">${count(came)}</td><td class="number">${count(not)}</td></tr>`
  return html`<details><summary>${say('Decisions at the threshold, and their cost', '阈值下的决策及其成本')}</summary><p>${at} ${costSentence(decision, reading)}</p><table><thead><tr><th></th><th class="number">${say('did', '实际发生')}</th><th class="number">${say('did not', '实际未发生')}</th></tr></thead><tbody>${row(say('said yes', '判为“会”'), truePositives, falsePositives)}${row(say('said no', '判为“不会”'), falseNegatives, trueNegatives)}</tbody></table></details>`
}

function costSentence(
  { costs, cost, costOfNobody, costOfEverybody }: Decision,
  { say, decimal }: Reading,
): string {
  const range =
    cost.low === undefined || cost.high === undefined
      ? ''
      : ` (${decimal(cost.low, 3)} … ${decimal(cost.high, 3)})`
  return say(
    `Acting in vain costs ${decimal(costs.falsePositive)}, leaving out somebody who would have ${decimal(costs.falseNegative)}: ${decimal(cost.value, 3)}${range} a customer, against ${decimal(costOfNobody, 3)} when nobody and ${decimal(costOfEverybody, 3)} when everybody is taken.`,
    `误判一位成本为 ${decimal(costs.falsePositive)}，漏掉一位成本为 ${decimal(costs.falseNegative)}：每位顾客 ${decimal(cost.value, 3)}${range}；全不选为 ${decimal(costOfNobody, 3)}，全选为 ${decimal(costOfEverybody, 3)}。`,
  )
}

/** The figures of each label, weak ones marked. */
export function slicesBlock({ slices = [] }: Evaluation, reading: Reading): Html {
  if (slices.length === 0) return html``
  const { say, text } = reading
  const metrics = Object.keys(slices.find((each) => each.finding !== 'too-small')?.metrics ?? {})
  const head = metrics.map((metric) => html`<th class="number">${text(metricWords(metric).name)}</th>`)
  const weak = slices.filter((each) => each.finding === 'weaker').length
  const summary = say(
    `By country, device, group and so on${weak > 0 ? `: ${weak} weaker than the rest` : ''}`,
    `按国家、设备、群体等分别评判${weak > 0 ? `：${weak} 组较弱` : ''}`,
  )
  return html`<details><summary>${summary}</summary><div class="wide"><table><thead><tr><th>${say('who', '人群')}</th><th class="number">${say('customers', '顾客数')}</th><th class="number">${say('said', '预测')}</th><th class="number">${say('came', '实际')}</th>${head}<th></th></tr></thead><tbody>${slices.map((slice) => sliceRow(slice, metrics, reading))}</tbody></table></div></details>`
}

function sliceRow(slice: SliceFigures, metrics: readonly string[], reading: Reading): Html {
  const { text, count, decimal, say } = reading
  const findings = {
    typical: say('as elsewhere', '与整体相当'),
    weaker: say('weaker', '较弱'),
    'too-small': say('too few to judge', '人数太少'),
  }
  const digits = Math.abs(slice.meanActual) >= 10 ? 1 : 3
  return html`<tr><td>${text(slice.column)}: <b>${text(slice.label)}</b></td><td class="number">${count(slice.rowCount)}</td><td class="number">${decimal(slice.meanPredicted, digits)}</td><td class="number">${decimal(slice.meanActual, digits)}</td>${metrics.map((metric) => cellOf(slice.metrics[metric], reading))}<td><span class="tag ${findingTones[slice.finding]}">${findings[slice.finding]}</span></td></tr>`
}

function cellOf(figure: MetricValue | undefined, { decimal }: Reading): Html {
  if (figure === undefined || !Number.isFinite(figure.value)) return html`<td class="number">–</td>`
  const digits = Math.abs(figure.value) >= 100 ? 0 : 3
  const range =
    figure.low === undefined || figure.high === undefined
      ? html``
      : html`<small class="below">${decimal(figure.low, digits)} … ${decimal(figure.high, digits)}</small>`
  return html`<td class="number">${decimal(figure.value, digits)}${range}</td>`
}
