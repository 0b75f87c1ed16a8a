import type { Language } from '../core/language.ts'
import { eventKindName } from './event-kind-names.ts'
import type { ExplainedFeature, FeatureExplanation } from './explain-feature.ts'
import { formatCount, formatNumber, formatPercent, pick, textTable } from './render.ts'

type Evidence = FeatureExplanation['evidence']
type Lines = Extract<Evidence, { kind: 'lines' }>
type Line = Lines['lines'][number]

/** A value and the events behind it, for a terminal. */
export function renderExplanation(explained: ExplainedFeature, language: Language): string {
  const { profileId, asOf } = explained
  const head = pick(language)(
    `Profile ${profileId} as of ${asOf.slice(0, 16)}`,
    `画像 ${profileId} 截至 ${asOf.slice(0, 16)}`,
  )
  return [head, ...renderFeature(explained, language)].join('\n')
}

function renderFeature(
  { feature, meaning, unit, method, value, evidence }: FeatureExplanation,
  language: Language,
  depth = 0,
): string[] {
  const say = pick(language)
  const space = language === 'en' ? ' ' : ''
  const said = value === undefined ? say('missing', '缺失') : formatValue(value, language)
  const withUnit = value !== undefined && unit[language] !== '' ? `${said}${space}${unit[language]}` : said
  const head = [
    '',
    `${say('Feature', '特征')} ${feature}: ${withUnit}`,
    say(`${meaning.en} (${method.en})`, `${meaning.zh}（${method.zh}）`),
  ]
  return [...head, ...renderEvidence(evidence, language)].map((line) =>
    line === '' ? line : `${'  '.repeat(depth)}${line}`,
  )
}

function renderEvidence(evidence: Evidence, language: Language): string[] {
  const say = pick(language)
  switch (evidence.kind) {
    case 'lines':
      return [describeLines(evidence, language), ...renderLines(evidence, language)]
    case 'statements': {
      const { total, statements } = evidence
      if (total === 0) return [say('Nothing was stated.', '没有相关陈述。')]
      const titles = [
        say('stated at', '陈述时间'),
        say('trait', '属性'),
        say('value', '值'),
        say('source', '来源'),
      ]
      const rows = statements.map(({ at, name, value, source }) => [at.slice(0, 16), name, value, source])
      return [say('The first one counts:', '以第一条为准：'), ...textTable(titles, rows).split('\n')]
    }
    case 'parts':
      return evidence.parts.flatMap((part) => renderFeature(part, language, 1))
    default:
      return evidence satisfies never
  }
}

function describeLines({ per, total, order, lines }: Lines, language: Language): string {
  const say = pick(language)
  if (total === 0) return say('It read no event of this person.', '没有读取到此人的任何事件。')
  const of = {
    line: say('', ''),
    order: say(' of the orders it reads', '（按订单汇总）'),
    visit: say(' of the visits it reads', '（按访问汇总）'),
  }[per]
  const all = say(
    `${formatCount(total)} event ${total === 1 ? 'line' : 'lines'}${of}`,
    `共 ${formatCount(total)} 条事件行${of}`,
  )
  if (lines.length === total) return say(`${all}:`, `${all}：`)
  const shown = formatCount(lines.length)
  return order === 'latest_first'
    ? say(`${all}, the latest ${shown}:`, `${all}，最近 ${shown} 条：`)
    : say(`${all}, the first ${shown}:`, `${all}，最早 ${shown} 条：`)
}

/** Columns that no line says anything in are left out. */
function renderLines({ lines }: Lines, language: Language): string[] {
  if (lines.length === 0) return []
  const say = pick(language)
  const columns: readonly (readonly [title: string, cell: (line: Line) => string])[] = [
    [say('time (UTC)', '时间（UTC）'), ({ at }) => at.slice(0, 16).replace('T', ' ')],
    [say('event', '事件'), ({ kind }) => eventKindName(kind)[language]],
    [say('name', '名称'), ({ name = '' }) => name],
    [say('order', '订单'), ({ orderId = '' }) => orderId],
    [say('item', '商品'), ({ itemId = '' }) => itemId],
    [say('quantity', '数量'), ({ quantity }) => numberCell(quantity)],
    [say('amount', '金额'), ({ amount }) => (amount === undefined ? '' : amount.toFixed(2))],
    [say('words', '文本'), ({ query, text }) => shorten(query ?? text ?? '')],
    [
      say('reads', '读取值'),
      ({ reading }) => (typeof reading === 'number' ? formatNumber(reading) : (reading ?? '')),
    ],
  ]
  const used = columns.filter(([, cell]) => lines.some((line) => cell(line) !== ''))
  const rows = lines.map((line) => used.map(([, cell]) => cell(line)))
  return textTable(
    used.map(([title]) => title),
    rows,
  ).split('\n')
}

function numberCell(value: number | undefined): string {
  return value === undefined ? '' : formatNumber(value)
}

function shorten(words: string): string {
  return words.length <= 40 ? words : `${words.slice(0, 39)}…`
}

function formatValue(value: NonNullable<FeatureExplanation['value']>, language: Language): string {
  if (typeof value === 'number') return formatNumber(value)
  if (typeof value === 'string') return value
  const shares = value.slice(0, 5).map(({ key, share }) => `${key} ${formatPercent(share)}`)
  return shares.join(pick(language)(', ', '、'))
}
