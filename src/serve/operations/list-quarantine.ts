import { z } from 'zod'
import { listQuarantine as list, type QuarantinedRow } from '../../collect/quarantine.ts'
import { quarantineReasons } from '../../core/event.ts'
import type { Operation } from '../operation.ts'
import { pick, textTable } from '../render.ts'

const input = z.object({
  reason: z.enum(quarantineReasons).optional(),
  source: z.string().min(1).optional(),
  limit: z.number().int().min(1).max(10_000),
})

/** `quarantine ls`: rows of files and calls that were set aside, with the reason. */
export const listQuarantine: Operation<
  z.output<typeof input>,
  { readonly rows: readonly QuarantinedRow[] }
> = {
  name: 'quarantine.ls',
  input,
  run: async (filter, { engine }) => ({ rows: await list(engine.database, filter) }),
  render: ({ rows }, language) => {
    const say = pick(language)
    if (rows.length === 0) return say('Nothing was set aside.', '没有被隔离的内容。')
    return textTable(
      [
        say('import', '导入'),
        say('row', '行'),
        say('from', '来自'),
        say('reason', '原因'),
        say('detail', '说明'),
      ],
      rows.map((row) => [
        row.importId.slice(0, 12),
        String(row.rowNumber),
        row.fileName || row.source,
        row.reason,
        row.detail.slice(0, 80),
      ]),
    )
  },
}
