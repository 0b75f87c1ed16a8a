import type { FastifyRequest } from 'fastify'
import type { ItemStatement } from '../../../catalog/merge-statement.ts'
import { upsertItems } from '../../../catalog/upsert-items.ts'
import { decodeBody } from '../../../collect/decode-body.ts'
import { AppError } from '../../../core/errors.ts'
import type { Engine } from '../../engine.ts'
import { findSource } from '../ingest/find-source.ts'
import type { SentBody } from '../ingest/read-sent-body.ts'
import { type Refusal, refuse, refuseUnreadable } from '../ingest/refusal.ts'
import { listItems, type SentItem } from './list-items.ts'
import { type ItemProblem, parseItem } from './parse-item.ts'

const maxItems = 5_000
/** A database that does not answer keeps nobody waiting for longer. */
const patienceMs = 30_000

/** What a shop is told of the items it stated. */
export type CatalogAnswer = {
  readonly success: true
  readonly received: number
  readonly stored: number
  readonly errors: readonly ItemError[]
}
type ItemError = {
  readonly index: number
  readonly item_id?: string
  readonly reason: ItemProblem['reason']
  readonly detail: string
}

/**
 * One request with items: unpacked, checked one by one and stored, on disk when it is answered.
 * @throws AppError 'database_unreachable' or 'disk_full'; then it is to be sent again.
 */
export async function takeItems(
  request: Pick<FastifyRequest, 'headers' | 'query'> & { readonly body: SentBody | undefined },
  { database, sources, profiles, now }: Engine,
): Promise<CatalogAnswer | Refusal> {
  const sent = request.body === 'too_large' ? undefined : (request.body ?? Buffer.alloc(0))
  const decoded = sent && (await decodeBody(sent, request.headers['content-encoding']))
  const source = findSource(sources, request, decoded?.kind === 'json' ? decoded.json : undefined)
  if (source === undefined) return refuse('unauthorised')
  if (source.kind !== 'server') return refuse('forbidden_key')
  if (decoded === undefined) return tooMuch('too_large_batch')
  const items = listItems(decoded)
  if (items === undefined) return refuseUnreadable(decoded.kind === 'json' ? noItems : decoded)
  if (items.length > maxItems) return tooMuch('too_many_items', items.length)
  const said = { source: source.name, atMs: now().getTime() }
  const { statements, errors } = readItems(items, said)
  await store(statements, { database, now })
  await profiles.lenses.items.refresh([...new Set(statements.map(({ itemId }) => itemId))])
  return { success: true, received: items.length, stored: statements.length, errors }
}

function readItems(items: readonly SentItem[], said: Pick<ItemStatement, 'source' | 'atMs'>) {
  const statements: ItemStatement[] = []
  const errors: ItemError[] = []
  for (const [index, item] of items.entries()) {
    const parsed = item.kind === 'sent' ? parseItem(item.value, said) : item
    if (parsed.kind === 'item') statements.push(parsed.statement)
    else {
      const { itemId, reason, detail } = parsed
      errors.push({ index, ...(itemId !== undefined && { item_id: itemId }), reason, detail })
    }
  }
  return { statements, errors }
}

async function store(
  statements: readonly ItemStatement[],
  { database, now }: Pick<Engine, 'database' | 'now'>,
): Promise<void> {
  const signal = AbortSignal.timeout(patienceMs)
  try {
    await upsertItems(database, statements, { authority: 'catalogue', now: now(), signal })
  } catch (error) {
    if (!signal.aborted) throw error
    const text = { en: 'the database does not answer in time', zh: '数据库未能及时响应' }
    throw new AppError('database_unreachable', text, { cause: error })
  }
}

const noItems = {
  reason: 'schema_violation',
  detail: 'expected an item, a list of items or an object with items',
} as const

function tooMuch(reason: string, itemCount?: number): Refusal {
  const error = new AppError(
    'bad_input',
    {
      en: 'a request holds at most 5,000 items and 4 MB',
      zh: '每个请求最多包含 5,000 个商品、4 MB',
    },
    {
      ...(itemCount !== undefined && { received: String(itemCount) }),
      wayOut: { en: 'Send fewer items at a time.', zh: '请减少每次发送的商品数。' },
    },
  )
  return { kind: 'refused', status: 413, reason, error }
}
