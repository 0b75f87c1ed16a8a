import { readFileSync } from 'node:fs'
import type { Bilingual, Language } from '../core/language.ts'
import type { Evaluation, MetricValue } from './evaluation.ts'
import type { ModelHealth } from './model-health.ts'
import { type Html, html, trusted } from './report/html.ts'
import { decisionBlock, needsLine, slicesBlock } from './report/judging-tables.ts'
import { chartsOfEvaluation } from './report/prediction-charts.ts'
import { createReading, type Reading } from './report/reading.ts'
import { verdictSentence } from './report/verdict.ts'
import { metricWords } from './report/words.ts'

const style = readFileSync(new URL('./report/style.css', import.meta.url), 'utf8')

/** What a card tells of one fit. After Mitchell et al. (2019), "Model cards for model reporting". */
export type ModelCardData = {
  readonly name: string
  readonly version: string
  readonly status: Bilingual
  /** Why it is in use, or is not. */
  readonly reason?: Bilingual
  readonly asOf: string
  readonly registeredAt: string
  readonly rowCount?: number
  readonly checksum?: string
  readonly featureCount?: number
  readonly parents: readonly string[]
  readonly evaluation?: Evaluation
  readonly health?: ModelHealth
  readonly featureNames: Readonly<Record<string, Bilingual>>
  readonly timeZone: string
}

/** One self-contained page. */
export function renderModelCard(card: ModelCardData, language: Language): string {
  const reading = createReading(language, card.timeZone, '')
  const { evaluation } = card
  const judged =
    evaluation === undefined
      ? html``
      : html`<section><h2>${reading.say('How good it is', '效果如何')}</h2>${verdictSentence(evaluation, reading)}${needsLine(evaluation, reading)}${listOf(splitFacts(evaluation, reading))}${tableOf(metricRows(evaluation, reading))}${decisionBlock(evaluation, reading)}${slicesBlock(evaluation, reading)}<div class="charts">${chartsOfEvaluation(evaluation, card.featureNames, reading)}</div></section>`
  const title = `${reading.say('Model card', '模型卡片')}: ${card.name}`
  const body = html`<main lang="${language}"><header><h1>${title}</h1></header><section>${listOf(facts(card, reading))}</section>${judged}<section><h2>${reading.say('How it is doing', '运行状况')}</h2>${healthOf(card, reading)}</section><section><h2>${reading.say('Use and limits', '用途与限制')}</h2><ul>${limits(card, reading).map((line) => html`<li>${line}</li>`)}</ul></section></main>`
  return html`<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title><style>${trusted(style)}</style></head><body>${body}</body></html>
`.html
}

/** The same in Markdown, without charts. */
export function writeModelCard(card: ModelCardData, language: Language): string {
  const reading = createReading(language, card.timeZone, '')
  const { say } = reading
  const { evaluation } = card
  const list = (rows: readonly Fact[]) => rows.map(([name, value]) => `- **${plain(name)}**: ${plain(value)}`)
  const judged =
    evaluation === undefined
      ? []
      : [
          [`## ${say('How good it is', '效果如何')}`],
          list(splitFacts(evaluation, reading)),
          markdownTable(metricRows(evaluation, reading)),
          sliceLines(evaluation, reading),
        ]
  const alarms = card.health?.alarms ?? []
  const blocks = [
    [`# ${say('Model card', '模型卡片')}: ${plain(card.name)}`],
    list(facts(card, reading)),
    ...judged,
    [`## ${say('How it is doing', '运行状况')}`],
    [
      ...list(healthFacts(card, reading)),
      ...alarms.map(({ text }) => `- **${say('Alarm', '警报')}**: ${plain(reading.text(text))}`),
    ],
    [`## ${say('Use and limits', '用途与限制')}`],
    limits(card, reading).map((line) => `- ${plain(line)}`),
  ]
  const written = blocks.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'))
  return `${written.join('\n\n')}\n`
}

type Fact = readonly [name: string, value: string]

function facts(card: ModelCardData, { say, text, count, date }: Reading): Fact[] {
  const { evaluation, reason } = card
  const status = reason ? `${text(card.status)} (${text(reason)})` : text(card.status)
  const settings = Object.entries(evaluation?.settings ?? {}).map(([name, value]) => `${name} ${value}`)
  return [
    ...(evaluation ? [[say('Question', '问题'), text(evaluation.question)] as const] : []),
    [say('Version', '版本'), card.version],
    [say('Status', '状态'), status],
    [say('Data up to', '数据截至'), date(Date.parse(card.asOf))],
    [say('Registered', '登记于'), date(Date.parse(card.registeredAt))],
    ...(card.rowCount === undefined
      ? []
      : [
          [
            say('Learned from', '学习数据'),
            say(
              `${count(card.rowCount)} rows, ${count(card.featureCount ?? 0)} features`,
              `${count(card.rowCount)} 行，${count(card.featureCount ?? 0)} 个特征`,
            ),
          ] as const,
        ]),
    ...(card.checksum === undefined ? [] : [['SHA-256', card.checksum] as const]),
    ...(settings.length === 0 ? [] : [[say('Settings', '设置'), settings.join('; ')] as const]),
    ...(card.parents.length === 0 ? [] : [[say('Parents', '上游版本'), card.parents.join(', ')] as const]),
  ]
}

function splitFacts({ split, verdict }: Evaluation, reading: Reading): Fact[] {
  const { say, text, count, date } = reading
  const { difference } = verdict
  const how =
    'testShare' in split
      ? say(`${count(split.testRowCount)} rows drawn by chance`, `随机抽取的 ${count(split.testRowCount)} 行`)
      : say(
          `${count(split.testRowCount)} customers of ${date(split.testCutMs)}, the ${split.horizonDays} days after`,
          `${date(split.testCutMs)} 的 ${count(split.testRowCount)} 位顾客，其后 ${split.horizonDays} 天`,
        )
  return [
    [say('Judged on', '评判数据'), how],
    [
      say(`Gain over “${text(verdict.baseline)}”`, `相对“${text(verdict.baseline)}”的优势`),
      `${text(metricWords(verdict.metric).name)} ${writeFigure(difference, reading)}`,
    ],
  ]
}

/** A row of names, then a row for each metric. */
function metricRows({ contenders }: Evaluation, reading: Reading): string[][] {
  const metrics = Object.keys(contenders[0]?.metrics ?? {})
  return [
    [reading.say('measure', '指标'), ...contenders.map(({ name }) => reading.text(name))],
    ...metrics.map((metric) => [
      reading.text(metricWords(metric).name),
      ...contenders.map(({ metrics: own }) => writeFigure(own[metric], reading)),
    ]),
  ]
}

function sliceLines({ slices = [] }: Evaluation, { say, text, count }: Reading): string[] {
  return slices
    .filter(({ finding }) => finding === 'weaker')
    .map(({ column, label, rowCount }) => {
      const who = plain(`${text(column)}: ${text(label)}`)
      return `- **${say('Weaker for', '较弱的人群')}**: ${who} (${count(rowCount)})`
    })
}

function healthFacts({ health }: ModelCardData, reading: Reading): Fact[] {
  const { say, date, text, decimal } = reading
  if (health === undefined)
    return [
      [say('Checked', '检查'), say('not yet (`likeness models check`)', '尚未（`likeness models check`）')],
    ]
  const [latest] = health.realised
  const metrics = Object.entries(latest?.metrics ?? {}).map(
    ([name, figure]) => `${text(metricWords(name).name)} ${writeFigure(figure, reading)}`,
  )
  return [
    [say('Checked', '检查于'), date(Date.parse(health.checkedAt))],
    ...(health.scoreDrift
      ? [
          [
            say('Drift of the scores', '评分漂移'),
            `${decimal(health.scoreDrift.stabilityIndex, 3)} (${text(gradeWords[health.scoreDrift.grade])})`,
          ] as const,
        ]
      : []),
    ...(latest
      ? [
          [
            say(
              `What came of the scores of ${latest.asOf.slice(0, 10)}`,
              `${latest.asOf.slice(0, 10)} 评分的实际结果`,
            ),
            metrics.join('; '),
          ] as const,
        ]
      : []),
  ]
}

const gradeWords = {
  stable: { en: 'stable', zh: '稳定' },
  moderate: { en: 'moderate', zh: '中等' },
  strong: { en: 'strong', zh: '明显' },
} as const satisfies Record<string, Bilingual>

function healthOf(card: ModelCardData, reading: Reading): Html {
  const alarms = card.health?.alarms.map(({ text }) => html`<p class="bad">${reading.text(text)}</p>`) ?? []
  return html`${listOf(healthFacts(card, reading))}${alarms}`
}

function limits({ evaluation }: ModelCardData, { say }: Reading): string[] {
  return [
    say(
      'It says what is likely of customers of this shop, not what causes them to buy; a reason is a share in the score.',
      '它说明本店顾客可能的行为，而非其购买的原因；“原因”是特征在评分中的占比。',
    ),
    say(
      'Consent by purpose is heeded when a score is used; people who were erased are in no later fit.',
      '使用评分时遵循按用途的同意；已删除的顾客不会进入之后的训练。',
    ),
    ...(evaluation?.verdict.kind === 'better'
      ? []
      : [
          say(
            'It was not shown to be better than a simple rule: do not decide by it alone.',
            '尚未证明其优于简单规则：请勿仅凭它做决定。',
          ),
        ]),
  ]
}

function writeFigure(figure: MetricValue | undefined, { decimal }: Reading): string {
  if (figure === undefined || !Number.isFinite(figure.value)) return '–'
  const digits = Math.abs(figure.value) >= 100 ? 0 : 3
  const { value, low, high } = figure
  if (low === undefined || high === undefined) return decimal(value, digits)
  return `${decimal(value, digits)} [${decimal(low, digits)}, ${decimal(high, digits)}]`
}

function listOf(rows: readonly Fact[]): Html {
  return html`<table><tbody>${rows.map(([name, value]) => html`<tr><td>${name}</td><td>${value}</td></tr>`)}</tbody></table>`
}

function tableOf([head = [], ...rows]: readonly string[][]): Html {
  const cells = (row: readonly string[], at: 'th' | 'td') =>
    row.map((cell, column) =>
      at === 'th'
        ? html`<th class="${column > 0 ? 'number' : ''}">${cell}</th>`
        : html`<td class="${column > 0 ? 'number' : ''}">${cell}</td>`,
    )
  return html`<div class="wide"><table><thead><tr>${cells(head, 'th')}</tr></thead><tbody>${rows.map((row) => html`<tr>${cells(row, 'td')}</tr>`)}</tbody></table></div>`
}

function markdownTable([head = [], ...rows]: readonly string[][]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(plain).join(' | ')} |`
  return [line(head), `|${' --- |'.repeat(head.length)}`, ...rows.map(line)]
}

/** A text that is no markup of Markdown's. */
function plain(text: string): string {
  return text.replaceAll(/[\\|<>[\]*_#]/g, (character) => `\\${character}`)
}
