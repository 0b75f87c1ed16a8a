import type { FastifyReply } from 'fastify'
import type { UnreadableBody } from '../../../collect/collector.ts'
import { AppError, type ErrorCode } from '../../../core/errors.ts'
import type { Bilingual } from '../../../core/language.ts'
import { errorBody } from '../error-body.ts'

/** Why a whole request was not taken. */
export type Refusal = {
  readonly kind: 'refused'
  readonly status: number
  readonly reason: string
  readonly error: AppError
}

type RequestReason = 'unauthorised' | 'forbidden_key' | 'too_large_batch' | 'too_many_events' | 'rate_limited'

type Texts = {
  readonly status: number
  readonly code: ErrorCode
  readonly text: Bilingual
  readonly wayOut?: Bilingual
}

const refusals: Readonly<Record<RequestReason, Texts>> = {
  unauthorised: {
    status: 401,
    code: 'unauthorised',
    text: { en: 'the write key is missing or unknown', zh: '写入密钥缺失或未知' },
    wayOut: {
      en: 'Send it as the user of basic authentication or as writeKey; `likeness sources ls` lists the keys.',
      zh: '请用 Basic 认证的用户名或 writeKey 字段发送；`likeness sources ls` 可列出密钥。',
    },
  },
  forbidden_key: {
    status: 403,
    code: 'unauthorised',
    text: { en: 'a browser’s key may not do this', zh: '浏览器密钥无此权限' },
    wayOut: {
      en: 'Send it from your server with a server’s key; `likeness sources ls` lists the keys.',
      zh: '请从服务器以服务器密钥发送；`likeness sources ls` 可列出密钥。',
    },
  },
  too_large_batch: {
    status: 413,
    code: 'bad_input',
    text: { en: 'the body is larger than 500 KB', zh: '请求正文超过 500 KB' },
    wayOut: { en: 'Send fewer events at a time, or gzip them.', zh: '请减少每次发送的事件数，或使用 gzip。' },
  },
  too_many_events: {
    status: 413,
    code: 'bad_input',
    text: { en: 'a batch holds at most 2,500 events', zh: '每批最多 2,500 个事件' },
    wayOut: { en: 'Send fewer events at a time.', zh: '请减少每次发送的事件数。' },
  },
  rate_limited: {
    status: 429,
    code: 'overloaded',
    text: { en: 'this key sends more events a second than it may', zh: '该密钥每秒发送的事件数超出上限' },
    wayOut: {
      en: 'Wait as long as Retry-After says, or raise maxEventsPerSecond.',
      zh: '请按 Retry-After 等待，或提高 maxEventsPerSecond。',
    },
  },
}

type Details = {
  readonly expected?: string
  readonly received?: string
  readonly retryAfterSeconds?: number
}

export function refuse(reason: RequestReason, details: Details = {}): Refusal {
  const { status, code, text, wayOut } = refusals[reason]
  const error = new AppError(code, text, { ...details, ...(wayOut !== undefined && { wayOut }) })
  return { kind: 'refused', status, reason, error }
}

/** What is told of a body that was set aside because no calls could be read from it. */
export function refuseUnreadable({ reason, detail }: Pick<UnreadableBody, 'reason' | 'detail'>): Refusal {
  const status = reason === 'decompress_limit' ? 413 : 400
  const error = new AppError(
    'bad_input',
    { en: `the body cannot be read (${detail})`, zh: `无法读取请求正文（${detail}）` },
    {
      wayOut: {
        en: 'Send JSON in UTF-8, plain or as gzip, deflate or br, of at most 4 MB unpacked.',
        zh: '请发送 UTF-8 编码的 JSON，可用 gzip、deflate 或 br 压缩，解压后不超过 4 MB。',
      },
    },
  )
  return { kind: 'refused', status, reason, error }
}

/** SDKs wait at most so long. */
const maxRetryAfterSeconds = 300

function retryAfter(seconds: number | undefined): string | undefined {
  return seconds === undefined
    ? undefined
    : String(Math.min(maxRetryAfterSeconds, Math.max(1, Math.ceil(seconds))))
}

/** SDKs look at the status alone; the body is for whoever looks why. */
export function sendRefusal(reply: FastifyReply, { status, reason, error }: Refusal): FastifyReply {
  const wait = retryAfter(error.retryAfterSeconds)
  if (wait !== undefined) reply.header('retry-after', wait)
  return reply.code(status).send({ success: false, reason, ...errorBody(error) })
}
