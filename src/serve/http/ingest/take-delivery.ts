import type { FastifyRequest } from 'fastify'
import type { CallOutcome, Collector, UnreadableBody } from '../../../collect/collector.ts'
import { type DecodedBody, decodeBody } from '../../../collect/decode-body.ts'
import { type DeliveryRoute, listCalls } from '../../../collect/delivery.ts'
import type { Source, Sources } from '../../../collect/sources.ts'
import { findSource } from './find-source.ts'
import type { RateLimit } from './rate-limit.ts'
import type { SentBody } from './read-sent-body.ts'
import { type Refusal, refuse, refuseUnreadable } from './refusal.ts'

export type IngestOptions = {
  readonly collector: Collector
  readonly sources: Sources
  /** Of browsers' keys. */
  readonly rateLimit: RateLimit
  now(): Date
}

/** What a sender is told of calls that were taken, some of which may have been set aside. */
export type Answer = {
  readonly success: true
  readonly received: number
  readonly stored: number
  readonly duplicate: number
  readonly quarantined: number
  readonly errors: readonly CallError[]
}
type CallError = {
  readonly index: number
  readonly messageId?: string
  readonly reason: string
  readonly detail: string
}

export type IngestRoute = { readonly route: DeliveryRoute; readonly isHistoric: boolean }

const maxEvents = 2500
/** A longer one is what was wrong, and is not sent back. */
const maxMessageIdLength = 100

/**
 * One request with calls: unpacked, parsed, counted and handed over. Whatever is refused is counted as rejected or set
 * aside, so that nothing that arrived goes uncounted; what the collector refuses, it counts itself.
 * @throws as `Collector.accept`.
 */
export async function takeDelivery(
  request: Pick<FastifyRequest, 'headers' | 'query'> & { readonly body: SentBody | undefined },
  { route, isHistoric }: IngestRoute,
  options: IngestOptions,
): Promise<Answer | Refusal> {
  const { collector, sources, now } = options
  const receivedAtMs = now().getTime()
  if (request.body === 'too_large') {
    const sender = findSource(sources, request)
    collector.countRejected(sender?.name ?? '', 1)
    return sender === undefined ? refuse('unauthorised') : refuse('too_large_batch')
  }
  const decoded = await decodeBody(request.body ?? Buffer.alloc(0), request.headers['content-encoding'])
  const source = findSource(sources, request, decoded.kind === 'json' ? decoded.json : undefined)
  if (source === undefined) {
    collector.countRejected('', 1)
    // Who sends half a body may have stated the key in the other half.
    return decoded.kind === 'json' ? refuse('unauthorised') : refuseUnreadable(decoded)
  }
  const body = readCalls(route, decoded)
  const refusal = refuseByKey(source, isHistoric, body.callCount, receivedAtMs, options)
  if (refusal !== undefined) {
    collector.countRejected(source.name, body.callCount)
    return refusal
  }
  const delivery = { source: source.name, isHistoric, receivedAtMs, body: decoded.body }
  if (body.kind === 'unreadable') {
    await collector.setAside({ ...delivery, reason: body.reason, detail: body.detail })
    return refuseUnreadable(body)
  }
  const outcomes = await collector.accept({
    ...delivery,
    route,
    isServer: source.kind === 'server',
    json: body.json,
  })
  return summarise(outcomes, route, body.json)
}

type ReadBody =
  | { readonly kind: 'calls'; readonly json: unknown; readonly callCount: number }
  | (Pick<UnreadableBody, 'reason' | 'detail'> & { readonly kind: 'unreadable'; readonly callCount: 1 })

/** A body without calls that can be told apart counts as one. */
function readCalls(route: DeliveryRoute, decoded: DecodedBody): ReadBody {
  if (decoded.kind === 'unreadable') return { ...decoded, callCount: 1 }
  const { json } = decoded
  const callCount = countCalls(route, json)
  if (callCount !== undefined) return { kind: 'calls', json, callCount }
  const listed = listCalls(route, json)
  if (!('kind' in listed)) throw new Error(`a body of ${route} is taken for calls and for none`)
  return { ...listed, kind: 'unreadable', callCount: 1 }
}

/** Without building the calls as `listCalls` does, which the collector will. */
function countCalls(route: DeliveryRoute, json: unknown): number | undefined {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined
  if (route !== 'batch') return 1
  return 'batch' in json && Array.isArray(json.batch) ? json.batch.length : undefined
}

function refuseByKey(
  source: Source,
  isHistoric: boolean,
  callCount: number,
  nowMs: number,
  { rateLimit }: IngestOptions,
): Refusal | undefined {
  const received = String(callCount)
  if (isHistoric && source.kind !== 'server') return refuse('forbidden_key', { received })
  if (callCount > maxEvents) return refuse('too_many_events', { received })
  if (source.kind === 'server') return undefined
  const waitSeconds = rateLimit.take(source.writeKey, callCount, nowMs)
  return waitSeconds === 0 ? undefined : refuse('rate_limited', { received, retryAfterSeconds: waitSeconds })
}

function summarise(outcomes: readonly CallOutcome[], route: DeliveryRoute, json: unknown): Answer {
  const counts = { stored: 0, duplicate: 0, quarantined: 0 }
  const errors: CallError[] = []
  for (const [index, outcome] of outcomes.entries()) {
    counts[outcome.kind]++
    if (outcome.kind !== 'quarantined') continue
    const { reason, detail } = outcome
    errors.push({ index, ...messageIdOf(route, json, index), reason, detail })
  }
  return { success: true, received: outcomes.length, ...counts, errors }
}

function messageIdOf(route: DeliveryRoute, json: unknown, index: number): { messageId?: string } {
  const call = route === 'batch' ? (json as { readonly batch: readonly unknown[] }).batch[index] : json
  const { messageId } = Object(call) as { readonly messageId?: unknown }
  return typeof messageId === 'string' && messageId.length <= maxMessageIdLength ? { messageId } : {}
}
