import { z } from 'zod'
import { type QuarantinedRow, showQuarantine as show } from '../../collect/quarantine.ts'
import { AppError } from '../../core/errors.ts'
import type { Engine } from '../engine.ts'
import type { Operation } from '../operation.ts'

const input = z.object({ importId: z.string().min(4), rowNumber: z.number().int().min(0) })
type Shown = QuarantinedRow & { readonly raw: string }

/** `quarantine show IMPORT ROW`: one row or call as it came; the import by the first letters of its id. */
export const showQuarantine: Operation<z.output<typeof input>, Shown> = {
  name: 'quarantine.show',
  input,
  run: ({ importId, rowNumber }, { engine }) => loadQuarantined(engine, importId, rowNumber),
  render: (row) =>
    `${row.fileName || `${row.importId} ${row.source}`}:${row.rowNumber}\n${row.reason}: ${row.detail}\n\n${row.raw}`,
}

/** @throws AppError 'not_found'. */
export async function loadQuarantined(
  { database }: Pick<Engine, 'database'>,
  importId: string,
  rowNumber: number,
): Promise<Shown> {
  const row = await show(database, importId, rowNumber)
  if (row) return row
  throw new AppError(
    'not_found',
    {
      en: `no row ${rowNumber} of import ${importId} was set aside`,
      zh: `导入 ${importId} 的第 ${rowNumber} 行未被隔离`,
    },
    { wayOut: { en: '`likeness quarantine ls` lists them.', zh: '`likeness quarantine ls` 可列出全部。' } },
  )
}
