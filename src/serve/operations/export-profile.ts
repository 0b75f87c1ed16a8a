import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import { listDerivedStores, listKeptIds } from '../derived-stores.ts'
import type { Operation } from '../operation.ts'

const input = z.object({ id: z.string().min(1).max(500), scope: z.literal('derived') })

type Exported = {
  readonly id: string
  /** Store, then id, then what is kept there. */
  readonly stores: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

/** `profile export ID --derived`: all that was worked out about a person, as it is kept. */
export const exportProfile: Operation<z.output<typeof input>, Exported> = {
  name: 'profile.export',
  input,
  run: async ({ id }, { engine }) => {
    const ids = listKeptIds(engine, id)
    const stores: Record<string, Record<string, unknown>> = {}
    for (const store of listDerivedStores(engine)) {
      for (const each of ids) {
        const kept = await store.exportOf(each)
        if (kept !== undefined) stores[store.name] = { ...stores[store.name], [each]: kept }
      }
    }
    if (Object.keys(stores).length === 0) throw nothingKept(id)
    return { id: ids[0], stores }
  },
  render: (exported) => JSON.stringify(exported, undefined, 2),
}

function nothingKept(id: string): AppError {
  return new AppError('not_found', {
    en: `nothing that was worked out about ${id} is kept`,
    zh: `没有保存任何关于 ${id} 的推算结果`,
  })
}
