import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeBody } from './decode-body.ts'

const call = { userId: 'u-1', event: 'Product Viewed', properties: { name: '红茶 ☕' } }
const text = JSON.stringify(call)
const bytes = Buffer.from(text)

test.each([
  ['plain', bytes, undefined],
  ['plain, said to be gzip by a proxy that unpacked it', bytes, 'gzip'],
  ['identity', bytes, 'identity'],
  ['gzip', gzipSync(bytes), 'gzip'],
  ['gzip that no header tells of', gzipSync(bytes), undefined],
  ['deflate', deflateSync(bytes), 'deflate'],
  ['deflate without zlib’s header', deflateRawSync(bytes), 'deflate'],
  ['brotli', brotliCompressSync(bytes), ' BR '],
  ['a byte order mark', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]), undefined],
])('%s is read', async (_name, sent, encoding) => {
  expect(await decodeBody(sent, encoding)).toEqual({ kind: 'json', body: bytes, json: call })
})

test.each([
  ['nothing', Buffer.alloc(0), undefined, 'bad_json'],
  ['half a JSON', bytes.subarray(0, 20), undefined, 'bad_json'],
  ['NaN', Buffer.from('{"price":NaN}'), undefined, 'bad_json'],
  ['UTF-16', Buffer.from(`\ufeff${text}`, 'utf16le'), undefined, 'bad_encoding'],
  ['latin1', Buffer.from('{"name":"Käse"}', 'latin1'), undefined, 'bad_encoding'],
  ['half a surrogate pair', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), undefined, 'bad_encoding'],
  ['gzip cut short', gzipSync(bytes).subarray(0, 30), 'gzip', 'bad_encoding'],
  ['gzip within gzip', gzipSync(gzipSync(bytes)), 'gzip', 'bad_encoding'],
  ['JSON said to be brotli', bytes, 'br', 'bad_encoding'],
  ['an encoding nobody knows', bytes, 'zstd', 'bad_encoding'],
])('%s is told, not thrown', async (_name, sent, encoding, reason) => {
  expect(await decodeBody(sent, encoding)).toMatchObject({ kind: 'unreadable', reason })
})

test.each(['gzip', 'br'])('a %s of more than 4 MB is not unpacked to the end', async (encoding) => {
  const bomb = Buffer.alloc(8 * 1024 * 1024, ' ')
  const sent = encoding === 'gzip' ? gzipSync(bomb) : brotliCompressSync(bomb)
  const decoded = await decodeBody(sent, encoding)
  expect(decoded).toMatchObject({ kind: 'unreadable', reason: 'decompress_limit' })
  expect(decoded.body).toBe(sent)
})

test('levels without end are refused before anybody has to write them again, a few too many are not', async () => {
  const nest = (levels: number) => Buffer.from(`${'[{"a":'.repeat(levels / 2)}1${'}]'.repeat(levels / 2)}`)
  expect(await decodeBody(nest(64), undefined)).toMatchObject({ kind: 'json' })
  for (const levels of [66, 100_000]) {
    expect(await decodeBody(nest(levels), undefined)).toMatchObject({
      kind: 'unreadable',
      reason: 'schema_violation',
    })
  }
})

test('no bytes and no header make it throw', async () => {
  const encodings = fc.constantFrom(undefined, 'gzip', 'deflate', 'br', 'identity', 'constructor', ', ,')
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), encodings, async (sent, encoding) => {
      expect((await decodeBody(Buffer.from(sent), encoding)).kind).toMatch(/^(json|unreadable)$/)
    }),
  )
})
