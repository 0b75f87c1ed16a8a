import { z } from 'zod'
import { type ReplayReport, replayQuarantine as replay } from '../../collect/replay-quarantine.ts'
import { quarantineReasons } from '../../core/event.ts'
import type { Language } from '../../core/language.ts'
import type { Operation } from '../operation.ts'
import { formatCount, pick, textTable } from '../render.ts'

const input = z.object({
  reason: z.enum(quarantineReasons).optional(),
  source: z.string().min(1).optional(),
  importId: z.string().min(4).optional(),
  rowNumber: z.number().int().min(0).optional(),
})

/** `quarantine replay`: tries calls that were set aside once more. */
export const replayQuarantine: Operation<z.output<typeof input>, ReplayReport> = {
  name: 'quarantine.replay',
  input,
  run: (filter, { engine, progress, signal }) => {
    const { database, collector } = engine
    return replay(filter, { database, collector, now: engine.now(), progress, signal })
  },
  render: (report, language) => {
    const say = pick(language)
    const counts = textTable(
      [say('what became of them', '结果'), say('calls', '数量')],
      [
        [say('stored', '已存入'), formatCount(report.storedCount)],
        [say('were stored before', '此前已存入'), formatCount(report.duplicateCount)],
        [say('stay set aside', '仍被隔离'), formatCount(report.stayedCount)],
      ],
    )
    return report.stayed.length === 0 ? counts : `${counts}\n\n${tableOfStayed(report, language)}`
  },
  note: ({ fileRowCount }, language) => {
    if (fileRowCount === 0) return undefined
    const count = formatCount(fileRowCount)
    return pick(language)(
      `${count} rows of files cannot be replayed: mend the file and import it again.`,
      `${count} 行来自文件，不能重放：请修正文件后重新导入。`,
    )
  },
  isPartial: ({ stayedCount, fileRowCount }) => stayedCount + fileRowCount > 0,
}

function tableOfStayed({ stayed }: ReplayReport, language: Language): string {
  const say = pick(language)
  return textTable(
    [say('import', '导入'), say('row', '行'), say('reason', '原因'), say('detail', '说明')],
    stayed.map((row) => [row.importId, String(row.rowNumber), row.reason, row.detail.slice(0, 80)]),
  )
}
