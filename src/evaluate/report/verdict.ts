import type { Evaluation, Verdict } from '../evaluation.ts'
import { type Html, html } from './html.ts'
import type { Reading } from './reading.ts'
import { metricWords } from './words.ts'

const tones = { better: 'good', unclear: 'caution', worse: 'bad' } as const

/** Whether the model is worth having beside the simplest rule, in a sentence. */
export function verdictSentence({ verdict, comparisons = [] }: Evaluation, reading: Reading): Html {
  const { say, text } = reading
  const baseline = text(verdict.baseline)
  const gap = writeGap(verdict, reading)
  const texts = {
    better: say(
      `Better than the best simple rule, “${baseline}”: ${gap}.`,
      `优于最好的简单规则“${baseline}”：${gap}。`,
    ),
    unclear: say(
      `No clear gain over the simple rule “${baseline}”: ${gap}. The rule is as good a choice.`,
      `相比简单规则“${baseline}”没有明显优势：${gap}。使用该规则同样可行。`,
    ),
    worse: say(
      `Worse than the simple rule “${baseline}”: ${gap}. Do not use this model here.`,
      `不如简单规则“${baseline}”：${gap}。此处不要使用该模型。`,
    ),
  }
  const doubts = comparisons.filter((each) => each.kind !== 'better').map((each) => writeDoubt(each, reading))
  return html`<p class="${tones[verdict.kind]}">${texts[verdict.kind]}</p>${doubts}`
}

/** A further measure by which the model is no better: said, because the one that decides is a choice. */
function writeDoubt(comparison: Verdict, reading: Reading): Html {
  const { say, text } = reading
  const baseline = text(comparison.baseline)
  const metric = text(metricWords(comparison.metric).name)
  const gap = writeGap(comparison, reading)
  const kind =
    comparison.kind === 'worse'
      ? say(`By ${metric} it is worse than “${baseline}”`, `按 ${metric}，不如“${baseline}”`)
      : say(
          `By ${metric} there is no clear gain over “${baseline}”`,
          `按 ${metric}，相比“${baseline}”没有明显优势`,
        )
  return html`<p class="caution">${kind}${say(': ', '：')}${gap}${say('.', '。')}</p>`
}

/** Every question on one line: can the prediction be used, and by how much it beats the rule. */
export function verdictSummary(evaluations: readonly Evaluation[], reading: Reading): Html {
  if (evaluations.length === 0) return html``
  const { say } = reading
  const rows = evaluations.map((evaluation) => summaryRow(evaluation, reading))
  return html`<div class="wide"><table class="summary"><thead><tr><th>${say('question', '问题')}</th><th>${say('use it?', '能用吗？')}</th><th class="number">${say('the model', '模型')}</th><th class="number">${say('best simple rule', '最好的简单规则')}</th><th class="number">${say('gain (95 % interval)', '优势（95% 区间）')}</th></tr></thead><tbody>${rows}</tbody></table></div>`
}

function summaryRow({ question, verdict, contenders }: Evaluation, reading: Reading): Html {
  const { say, text, percent } = reading
  const figureOf = (isOwn: boolean) => {
    const contender = contenders.find((each) =>
      isOwn ? !each.isBaseline : each.isBaseline && each.name.en === verdict.baseline.en,
    )
    return contender?.metrics[verdict.metric]?.value
  }
  const answers = {
    better: say('yes', '可以'),
    unclear: say('no better', '无优势'),
    worse: say('no', '不可'),
  }
  const { name, isLowerBetter } = metricWords(verdict.metric)
  const metric = text(name)
  const [own, rule] = [figureOf(true), figureOf(false)]
  // An error is best read as a share of the rule's; a rank as it is.
  const share = isLowerBetter && rule ? ` (${percent(verdict.difference.value / rule)})` : ''
  return html`<tr><td>${text(question)}</td><td><span class="tag ${tones[verdict.kind]}">${answers[verdict.kind]}</span></td><td class="number own">${metric} ${writeFigure(own, reading)}</td><td class="number">${metric} ${writeFigure(rule, reading)}<small class="below">${text(verdict.baseline)}</small></td><td class="number">${writeFigure(verdict.difference.value, reading)}${share}<small class="below">${writeRange(verdict, reading)}</small></td></tr>`
}

/** Positive differences favour the model, whichever way the metric runs. */
function writeGap(verdict: Verdict, reading: Reading): string {
  const { say, text } = reading
  const { name, isLowerBetter = false } = metricWords(verdict.metric)
  const isHigher = verdict.difference.value >= 0 !== isLowerBetter
  const size = writeFigure(Math.abs(verdict.difference.value), reading)
  return say(
    `${text(name)} ${size} ${isHigher ? 'higher' : 'lower'} (95 % interval of the gain: ${writeRange(verdict, reading)})`,
    `${text(name)} ${isHigher ? '高' : '低'} ${size}（优势的 95% 区间：${writeRange(verdict, reading)}）`,
  )
}

function writeRange({ difference: { low, high } }: Verdict, reading: Reading): string {
  return `${writeFigure(low, reading)} … ${writeFigure(high, reading)}`
}

function writeFigure(value: number | undefined, { decimal }: Reading): string {
  if (value === undefined || !Number.isFinite(value)) return '–'
  return decimal(value, Math.abs(value) >= 10 ? 0 : 3)
}
