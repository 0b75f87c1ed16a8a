import { AppError } from '../core/errors.ts'
import { loadHistoryRange } from '../events/history-range.ts'
import { parseAsOf } from './as-of.ts'
import type { Engine } from './engine.ts'

/**
 * The last event, or the moment named; never before the first event.
 * @throws AppError 'not_built' where there is no event, 'bad_usage' for a moment that is none or outside the history.
 */
export async function chooseCut(
  asOf: string | undefined,
  { config, database, now }: Pick<Engine, 'config' | 'database' | 'now'>,
): Promise<number> {
  const range = await loadHistoryRange(database)
  if (range === undefined) {
    throw new AppError(
      'not_built',
      { en: 'there are no events yet', zh: '还没有任何事件' },
      {
        wayOut: {
          en: 'Import a file first: likeness import FILE --as FORMAT.',
          zh: '请先导入文件：likeness import FILE --as FORMAT。',
        },
      },
    )
  }
  if (asOf === undefined) return range.lastMs
  const asOfMs = parseAsOf(asOf, { timeZone: config.timeZone, nowMs: now().getTime() })
  if (asOfMs >= range.firstMs) return asOfMs
  const [first, last] = [range.firstMs, range.lastMs].map((atMs) => new Date(atMs).toISOString())
  throw new AppError(
    'bad_usage',
    { en: 'nothing had happened before the cut', zh: '截点之前没有任何事件' },
    { where: '--as-of', expected: `${first} … ${last}`, received: asOf },
  )
}
