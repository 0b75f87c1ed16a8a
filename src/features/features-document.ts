import type { Bilingual } from '../core/language.ts'
import { featureDefinitions } from './definitions.ts'
import { explainFeature, type FeatureExplanation } from './describe-features.ts'
import type { LineCondition, Selection, Window } from './feature.ts'

/** The page docs/features.md: every feature in both languages, from the definitions that compute them. */
export function featuresDocument(): string {
  const rows = featureDefinitions.map((definition) => {
    const explanation = explainFeature(definition)
    const { name, meaning, method } = explanation
    const cells = [
      `\`${name}\``,
      both(meaning),
      both(method),
      readingOf(explanation),
      explanation.windows.map(windowText).join('; '),
      `${explanation.valueKind}, ${explanation.audience === 'both' ? 'people and models' : explanation.audience}`,
      explanation.purpose,
    ]
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  })
  return [
    '# Features',
    '',
    'Every feature of a person as of a cut, from the definitions in `src/features/definitions/` that compute them (a test',
    'keeps this page equal to them). Events at or before the cut count, those of bots do not. Windows are whole days of the',
    "shop's time zone that end at the last midnight before the cut, plus the current day. `models` features have outliers",
    'cut at the 99.9 % quantile of bought lines; `people` features are exact. A shares feature has one column for each key,',
    '`name/key`.',
    '',
    '某一时点每位顾客的全部特征，由 `src/features/definitions/` 中的定义生成。只计入该时点及之前的事件，不计机器人事件。窗口为店铺时区内的',
    '整日（截至该时点前最近的午夜），再加当日。`models` 特征在 99.9 % 分位处截尾；`people` 特征为精确值。占比类特征每个键一列：`名称/键`。',
    '',
    '## Features of your own · 自定义特征',
    '',
    'Beside these, a shop defines its own: a list in `likeness.features.ts` (the default export; another file: `features` in the',
    'configuration), or without code by `POST /v1/features` with one definition as JSON. They are computed, kept, explained, exported and',
    'given to models like those that ship. A definition that cannot be computed is refused with what is wrong and where.',
    '',
    '店铺可自定义特征：在 `likeness.features.ts` 中默认导出列表，或用 `POST /v1/features` 提交 JSON，无需编写代码。',
    '',
    '```ts',
    'export default [',
    '  {',
    "    name: 'app_views_14d',",
    "    meaning: { en: 'Items looked at in the app in the last 14 days', zh: '近 14 天 App 内商品浏览数' },",
    "    unit: 'count',",
    "    purpose: 'personalisation',",
    "    source: 'events',",
    "    reads: { per: 'line', kinds: ['view'], where: [{ field: 'source', is: 'one_of', values: ['app'] }] },",
    '    window: { days: 14 },',
    "    aggregate: { kind: 'count' },",
    '  },',
    ']',
    '```',
    '',
    'It reads lines (`kinds`, `lineTypes` and conditions on name, source, item, session, coupon, country, quantity, price, amount, rating and',
    'dwell time), orders or visits; over all time or a window of days; by one aggregate: count, sum, mean, min, max, spread, distinct, age, gaps,',
    'decay, first, last, top, affinity (with a half-life or without), share, scale_share. `source: "features"` makes a ratio, a trend or a tier of',
    'others; `source: "traits"` reads what was stated. `GET /v1/features` shows every definition in this form.',
    '',
    '## Features that ship · 内置特征',
    '',
    '| feature | meaning | computed as | reads | window | value, for | purpose |',
    '|---|---|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}

function both({ en, zh }: Bilingual): string {
  return en === zh ? en : `${en}<br>${zh}`
}

function readingOf({ reads, derivedFrom }: FeatureExplanation): string {
  if (derivedFrom.length > 0) return derivedFrom.map((name) => `\`${name}\``).join(', ')
  return reads.map(selectionText).join('; ')
}

function selectionText(selection: Selection): string {
  if (selection.per === 'visit') return 'visits'
  if (selection.per === 'order') return `orders: ${selection.kinds.join(', ')}`
  const kinds = selection.kinds?.join(', ') ?? 'all kinds'
  const types = selection.lineTypes === undefined ? '' : ` (${selection.lineTypes.join(', ')} lines)`
  return [`${kinds}${types}`, ...(selection.where ?? []).map(conditionText)].join(', ')
}

function conditionText(condition: LineCondition): string {
  const is = condition.is.replaceAll('_', ' ')
  if ('values' in condition) return `${condition.field} ${is} ${condition.values.join(', ')}`
  return 'value' in condition ? `${condition.field} ${is} ${condition.value}` : `${condition.field} ${is}`
}

function windowText(window: Window): string {
  if (window === 'all') return 'all time'
  const { days, untilDaysAgo } = window
  return untilDaysAgo === undefined ? `${days} days` : `${days} days until ${untilDaysAgo} days ago`
}
