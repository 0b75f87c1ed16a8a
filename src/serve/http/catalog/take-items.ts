import type { FastifyRequest } from 'fastify'
import type { ItemStatement } from '../../../catalog/merge-statement.ts'
import { upsertItems } from '../../../catalog/upsert-items.ts'
import { decodeBody } from '../../../collect/decode-body.ts'
import { AppError } from '../../../core/errors.ts'
import type { Engine } from '../../engine.ts'
import { readSecret } from '../access.ts'
import { findSource } from '../ingest/find-source.ts'
import type { SentBody } from '../ingest/read-sent-body.ts'
import { type Refusal, refuse, refuseUnreadable } from '../ingest/refusal.ts'
import { missingScope } from '../refuse-access.ts'
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
  { database, sources, secretKeys, living, now }: Engine,
): Promise<CatalogAnswer | Refusal> {
  const sent = request.body === 'too_large' ? undefined : (request.body ?? Buffer.alloc(0))
  const decoded = sent && (await decodeBody(sent, request.headers['content-encoding']))
  const json = decoded?.kind === 'json' ? decoded.json : undefined
  const sender = findSender(request, json, { sources, secretKeys })
  if ('kind' in sender) return sender
  if (decoded === undefined) return tooMuch('too_large_batch')
  const items = listItems(decoded)
  if (items === undefined) return refuseUnreadable(decoded.kind === 'json' ? noItems : decoded)
  if (items.length > maxItems) return tooMuch('too_many_items', items.length)
  const said = { source: sender.name, atMs: now().getTime() }
  const { statements, errors } = readItems(items, said)
  await store(statements, { database, now })
  await living.lenses.items.refresh([...new Set(statements.map(({ itemId }) => itemId))])
  return { success: true, received: items.length, stored: statements.length, errors }
}

/** A server's write key states items, and a secret key that may; the name of either stands on the items. */
function findSender(
  request: Pick<FastifyRequest, 'headers' | 'query'>,
  json: unknown,
  { sources, secretKeys }: Pick<Engine, 'sources' | 'secretKeys'>,
): { readonly name: string } | Refusal {
  const source = findSource(sources, request, json)
  if (source !== undefined) return source.kind === 'server' ? { name: source.name } : refuse('forbidden_key')
  const key = secretKeys.find(readSecret(request.headers.authorization ?? ''))
  if (key === undefined) return refuse('unauthorised')
  if (key.scopes.includes('catalog:write')) return { name: key.name }
  const error = missingScope(key.name, key.scopes, 'catalog:write')
  return { kind: 'refused', status: 403, reason: 'missing_scope', error }
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
