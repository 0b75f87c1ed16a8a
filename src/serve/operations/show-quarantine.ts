import { z } from 'zod'
import { listQuarantine, type QuarantinedRow, showQuarantine as show } from '../../collect/quarantine.ts'
import { AppError } from '../../core/errors.ts'
import type { Operation } from '../operation.ts'

const input = z.object({ importId: z.string().min(4), rowNumber: z.number().int().min(0) })
type Shown = QuarantinedRow & { readonly raw: string }

/** `quarantine show IMPORT ROW`: one row as it came; the import by the first letters of its id. */
export const showQuarantine: Operation<z.output<typeof input>, Shown> = {
  name: 'quarantine.show',
  input,
  run: async ({ importId, rowNumber }, { engine }) => {
    const rows = await listQuarantine(engine.database, { limit: 10_000 })
    const whole = rows.find((row) => row.importId.startsWith(importId))?.importId ?? importId
    const row = await show(engine.database, whole, rowNumber)
    if (row) return row
    throw new AppError(
      'not_found',
      {
        en: `no row ${rowNumber} of import ${importId} was set aside`,
        zh: `导入 ${importId} 的第 ${rowNumber} 行未被隔离`,
      },
      { wayOut: { en: '`likeness quarantine ls` lists them.', zh: '`likeness quarantine ls` 可列出全部。' } },
    )
  },
  render: (row) => `${row.fileName}:${row.rowNumber}\n${row.reason}: ${row.detail}\n\n${row.raw}`,
}
