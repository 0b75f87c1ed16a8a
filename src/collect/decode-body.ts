import { isUtf8 } from 'node:buffer'
import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib'
import type { QuarantineReason } from '../core/event.ts'

/** The most that a body may hold once unpacked. */
const maxUnpackedBytes = 4 * 1024 * 1024
/**
 * Calls have at most 16 levels, and one with more is set aside alone; but thousands of levels, which are read without
 * trouble, break whoever writes them as JSON again.
 */
const maxLevels = 64

type UnreadableReason = 'bad_json' | 'bad_encoding' | 'decompress_limit' | 'schema_violation'

export type DecodedBody =
  /** `body` is the JSON as text in UTF-8, unpacked. */
  | { readonly kind: 'json'; readonly body: Buffer; readonly json: unknown }
  | {
      readonly kind: 'unreadable'
      readonly reason: Extract<QuarantineReason, UnreadableReason>
      readonly detail: string
      /** Unpacked where that was possible, else as it was sent. */
      readonly body: Buffer
    }

/**
 * The JSON of a request's body. What the content type says is not asked: browsers send `text/plain` to spare a
 * preflight, RudderStack's library for Node labels gzip as a form. Gzip is known by its first two bytes, which no JSON
 * has, whether or not a header says so: proxies unpack a body and leave the header, and libraries forget it.
 */
export async function decodeBody(sent: Buffer, contentEncoding: string | undefined): Promise<DecodedBody> {
  const unpacked = await unpack(sent, (contentEncoding ?? '').trim().toLowerCase())
  if (!Buffer.isBuffer(unpacked)) return { kind: 'unreadable', ...unpacked, body: sent }
  const body = hasByteOrderMark(unpacked) ? unpacked.subarray(3) : unpacked
  if (!isUtf8(body)) {
    return { kind: 'unreadable', reason: 'bad_encoding', detail: 'expected UTF-8, got other bytes', body }
  }
  try {
    const json: unknown = JSON.parse(body.toString('utf8'))
    if (!isDeeperThan(maxLevels, json)) return { kind: 'json', body, json }
    const detail = `expected at most ${maxLevels} levels in the body`
    return { kind: 'unreadable', reason: 'schema_violation', detail, body }
  } catch (error) {
    const detail = body.length === 0 ? 'expected JSON, got nothing' : `expected JSON: ${describe(error)}`
    return { kind: 'unreadable', reason: 'bad_json', detail, body }
  }
}

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  if (Array.isArray(value)) {
    for (const inner of value) if (isDeeperThan(levels - 1, inner)) return true
    return false
  }
  for (const key in value) {
    if (isDeeperThan(levels - 1, (value as Readonly<Record<string, unknown>>)[key])) return true
  }
  return false
}

type Unpacking = (packed: Buffer, options: { readonly maxOutputLength: number }) => Promise<Buffer>
type Trouble = { readonly reason: 'bad_encoding' | 'decompress_limit'; readonly detail: string }

const unpackings: Readonly<Record<'gzip' | 'deflate' | 'rawDeflate' | 'br', Unpacking>> = {
  gzip: promisify(gunzip),
  deflate: promisify(inflate),
  rawDeflate: promisify(inflateRaw),
  br: promisify(brotliDecompress),
}

async function unpack(sent: Buffer, encoding: string): Promise<Buffer | Trouble> {
  const unpacking = chooseUnpacking(sent, encoding)
  if (unpacking === 'none') return sent
  if (unpacking === 'unknown') {
    const detail = `expected content-encoding gzip, deflate, br or none, got ${JSON.stringify(encoding.slice(0, 40))}`
    return { reason: 'bad_encoding', detail }
  }
  try {
    return await unpackings[unpacking](sent, { maxOutputLength: maxUnpackedBytes })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ERR_BUFFER_TOO_LARGE') {
      return { reason: 'decompress_limit', detail: `expected at most ${maxUnpackedBytes} bytes unpacked` }
    }
    return {
      reason: 'bad_encoding',
      detail: `the ${encoding || 'gzip'} cannot be unpacked: ${describe(error)}`,
    }
  }
}

function chooseUnpacking(sent: Buffer, encoding: string): keyof typeof unpackings | 'none' | 'unknown' {
  if (sent[0] === 0x1f && sent[1] === 0x8b) return 'gzip'
  switch (encoding) {
    case '':
    case 'identity':
    case 'gzip':
    case 'x-gzip':
      return 'none'
    case 'deflate':
      // By the standard with zlib's header (method 8); some clients leave it out.
      return ((sent[0] ?? 0) & 0x0f) === 8 ? 'deflate' : 'rawDeflate'
    case 'br':
      return 'br'
    default:
      return 'unknown'
  }
}

function hasByteOrderMark(bytes: Buffer): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 200) : String(error)
}
