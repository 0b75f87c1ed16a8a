import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import type { Language } from '../../core/language.ts'
import { loadHistoryRange } from '../../events/history-range.ts'
import { createRandom } from '../../math/random.ts'
import { tabulateQuality } from '../../models/prepare/quality-table.ts'
import type { SelectionStage } from '../../models/prepare/select-columns.ts'
import { loadLatestCut } from '../../profiles/find-profiles.ts'
import { checkFeatures as check, type FeatureCheck } from '../../train/check-features.ts'
import { parseAsOf } from '../as-of.ts'
import type { Operation } from '../operation.ts'
import { formatCount, formatPercent, pick, textTable } from '../render.ts'

const input = z.object({
  horizonDays: z.int().min(1).max(365),
  asOf: z.string().optional(),
})

/** `features check [--horizon DAYS] [--as-of T]`: whether the features can be trusted, before a model learns from them. */
export const checkFeatures: Operation<z.output<typeof input>, FeatureCheck> = {
  name: 'features.check',
  input,
  run: async ({ horizonDays, asOf }, { engine, progress, signal }) => {
    const { config, database, now } = engine
    const range = await loadHistoryRange(database)
    if (range === undefined)
      throw new AppError('not_built', { en: 'there are no events yet', zh: '还没有任何事件' })
    progress({ stage: { en: 'Checking features', zh: '正在检查特征' }, done: 0, total: 1 })
    return check(database, {
      asOfMs:
        asOf === undefined
          ? await loadLatestCut(database)
          : parseAsOf(asOf, { timeZone: config.timeZone, nowMs: now().getTime() }),
      firstMs: range.firstMs,
      horizonDays,
      timeZone: config.timeZone,
      random: createRandom(config.seed),
      signal,
    })
  },
  render: (checked, language) => {
    const { titles, rows, findings } = tabulateQuality(checked.quality, language)
    return [
      heading(checked, language),
      '',
      textTable(titles, rows),
      ...section(
        findings.map(({ name, text }) => [name, text] as const),
        pick(language)('What was found', '发现的问题'),
      ),
      ...checked.selection.flatMap((stage) => renderStage(stage, language)),
    ].join('\n')
  },
}

function heading({ quality, cutMs, asOfMs, horizonDays }: FeatureCheck, language: Language): string {
  const [cut, asOf] = [cutMs, asOfMs].map((atMs) => new Date(atMs).toISOString().slice(0, 10))
  const count = formatCount(quality.rowCount)
  const later = formatCount(quality.laterRowCount ?? 0)
  const share = quality.target === undefined ? '–' : formatPercent(quality.target.mean)
  return pick(language)(
    `${count} customers as of ${cut}, of whom ${share} bought within ${horizonDays} days; drift against ${later} as of ${asOf}`,
    `截至 ${cut} 共 ${count} 位顾客，其中 ${share} 在 ${horizonDays} 天内购买；漂移对照截至 ${asOf} 的 ${later} 位`,
  )
}

const stageNames = {
  variance: { en: 'Left out since they do not vary', zh: '因没有变化而舍去' },
  correlation: { en: 'Left out as repeating another', zh: '因与其他列重复而舍去' },
  information: { en: 'Left out as telling no more than chance', zh: '因信息不多于随机而舍去' },
  lasso: { en: 'Left out beside the others (L1)', zh: '与其他列一起时多余而舍去（L1）' },
} as const

function renderStage({ by, kept, dropped }: SelectionStage, language: Language): string[] {
  const title = pick(language)(
    `${stageNames[by].en} (${dropped.length}, ${kept.length} stay)`,
    `${stageNames[by].zh}（${dropped.length} 列，保留 ${kept.length} 列）`,
  )
  return section(
    dropped.map(({ name, reason }) => [name, reason[language]] as const),
    title,
  )
}

/** A title and what is said of which columns, those of one sentence together; nothing where nothing is said. */
function section(said: readonly (readonly [name: string, text: string])[], title: string): string[] {
  const together = Map.groupBy(said, ([, text]) => text)
  const lines = Array.from(together, ([text, of]) => `  ${of.map(([name]) => name).join(', ')}: ${text}`)
  return lines.length === 0 ? [] : ['', title, ...lines]
}
