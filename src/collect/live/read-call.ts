import type { Delivery } from '../collector.ts'
import { type ParsedCall, parseSegmentCall } from '../segment-call.ts'

/** A call, read, and the id by which it is known again; undefined where it cannot be known again. */
export type KnownCall = {
  readonly call: unknown
  readonly parsed: ParsedCall
  readonly key: string | undefined
}

const maxMessageIdLength = 100

export function readCall(call: unknown, { receivedAtMs, isHistoric, source }: Delivery): KnownCall {
  const parsed = parseSegmentCall(call, { receivedAtMs, isHistoric, source })
  return { call, parsed, key: parsed.kind === 'accepted' ? parsed.messageId : statedMessageId(call) }
}

function statedMessageId(call: unknown): string | undefined {
  const id = typeof call === 'object' && call !== null && 'messageId' in call ? call.messageId : undefined
  const isFit = typeof id === 'string' && id !== '' && id.length <= maxMessageIdLength && id.isWellFormed()
  return isFit ? id : undefined
}
