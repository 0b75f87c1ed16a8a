import type { Language } from '../../core/language.ts'
import type { ColumnQuality } from './column-quality.ts'
import { formatShare } from './figure.ts'
import type { QualityReport } from './quality-report.ts'

/** A report as lines of a table, and what was found in sentences. */
export type QualityTable = {
  readonly titles: readonly string[]
  /** A row a column: those with the gravest findings first. */
  readonly rows: readonly (readonly string[])[]
  readonly findings: readonly { readonly name: string; readonly text: string }[]
}

const none = '–'

/** What a person reads of a quality report; a terminal or a page lays it out. */
export function tabulateQuality(report: QualityReport, language: Language): QualityTable {
  const say = (en: string, zh: string) => (language === 'zh' ? zh : en)
  const hasDrift = report.laterRowCount !== undefined
  const knows = report.target?.kind === 'amount' ? say('explains', '解释比例') : 'AUC'
  const columns = [...report.columns].sort((a, b) => gravityOf(b) - gravityOf(a))
  const titles = [
    say('column', '列'),
    say('kind', '类型'),
    say('missing', '缺失'),
    say('different', '不同值'),
    ...(hasDrift ? [say('stability index', '稳定性指数')] : []),
    ...(report.target ? [knows, say('interval', '区间')] : []),
    say('found', '发现'),
  ]
  const rows = columns.map((column) => [
    column.name,
    kindName(column.kind)[language],
    formatShare(column.missingShare),
    String(column.distinctCount),
    ...(hasDrift ? [column.drift?.stabilityIndex.toFixed(3) ?? none] : []),
    ...(report.target ? knowledgeCells(column) : []),
    column.findings.map(({ kind }) => findingNames[kind][language]).join(', '),
  ])
  const findings = columns.flatMap(({ name, findings: found }) =>
    found.map(({ text }) => ({ name, text: text[language] })),
  )
  return { titles, rows, findings }
}

/** The gravest of what was found; the list of names goes from the gravest down. */
function gravityOf({ findings }: ColumnQuality): number {
  const kinds = Object.keys(findingNames)
  return Math.max(-1, ...findings.map(({ kind }) => kinds.length - kinds.indexOf(kind)))
}

function knowledgeCells({ knowledge }: ColumnQuality): [string, string] {
  if (knowledge === undefined) return [none, none]
  return [knowledge.value.toFixed(3), `${knowledge.low.toFixed(3)} … ${knowledge.high.toFixed(3)}`]
}

function kindName(kind: ColumnQuality['kind']) {
  return {
    number: { en: 'number', zh: '数值' },
    label: { en: 'label', zh: '类别' },
    text: { en: 'text', zh: '文本' },
    moment: { en: 'moment', zh: '时间' },
  }[kind]
}

const findingNames = {
  leak: { en: 'knows the label', zh: '疑似泄漏' },
  'stands-out': { en: 'stands out', zh: '异常突出' },
  empty: { en: 'empty', zh: '空列' },
  constant: { en: 'constant', zh: '恒定' },
  missing: { en: 'mostly missing', zh: '多为缺失' },
  drift: { en: 'drifts', zh: '漂移' },
} as const
