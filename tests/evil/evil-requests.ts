import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import type { Random } from '../../src/math/random.ts'
import { spoilJson, spoilText } from './evil-values.ts'
import { type JsonSchema, sampleSchema } from './json-schema-sample.ts'

export type EvilRequest = {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Buffer
  /** Whether a known write key stands in the head or the address. */
  readonly isKeyKnown: boolean
}
type Headless = Omit<EvilRequest, 'isKeyKnown'>

type ApiOperation = {
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>> }
}
export type ApiDocument = { readonly paths: Readonly<Record<string, Readonly<Record<string, ApiOperation>>>> }

export type EvilOptions = {
  readonly document: ApiDocument
  readonly keys: readonly string[]
  readonly random: Random
}

type Route = { readonly method: string; readonly path: string; readonly schema: JsonSchema }

/** Requests that no honest client sends, made from what the API's document says of its routes. */
export function createEvilRequests({ document, keys, random }: EvilOptions): () => EvilRequest {
  const routes = listRoutes(document)
  const withBody = routes.filter(({ schema }) => schema.type === 'object')
  const pick = <Item>(items: readonly Item[]): Item => items[random.integer(items.length)] as Item
  const makers: readonly (() => Headless)[] = [
    () => {
      const route = pick(withBody)
      return fromText(route, spoilJson(sampleSchema(route.schema, random), random))
    },
    () => {
      const route = pick(withBody)
      return fromText(route, spoilText(JSON.stringify(sampleSchema(route.schema, random)), random))
    },
    () => {
      const route = pick(withBody)
      const text = JSON.stringify(sampleSchema(route.schema, random))
      return { ...fromText(route, text), ...spoilBytes(text, random) }
    },
    () => ({ ...pick(routes), path: pick(evilPaths), headers: {} }),
    () => {
      const { path } = pick(routes)
      const filled = path.replaceAll(/\{\w+\}/g, () => encodeURIComponent(pick(evilParameters)))
      return { method: pick(evilMethods), path: `${filled}${pick(evilQueries)}`, headers: {}, callCount: 1 }
    },
  ]
  const fromText = ({ method, path }: Route, text: string): Headless => ({
    method,
    path,
    headers: {},
    body: Buffer.from(text),
  })
  return () => {
    const request = pick([makers[0], ...makers] as typeof makers)()
    return { ...request, ...spoilHead(request, keys, pick) }
  }
}

/** Its answer goes on as long as somebody reads; what it says is not what is asked here. */
const endlessPath = '/v1/debug/live'

function listRoutes({ paths }: ApiDocument): readonly Route[] {
  const ending = Object.entries(paths).filter(([path]) => path !== endlessPath)
  return ending.flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { requestBody }]) => ({
      method: method.toUpperCase(),
      path,
      schema: requestBody?.content['application/json']?.schema ?? {},
    })),
  )
}

function spoilHead(
  { path, headers }: Headless,
  keys: readonly string[],
  pick: <Item>(items: readonly Item[]) => Item,
): Pick<EvilRequest, 'path' | 'headers' | 'isKeyKnown'> {
  const basic = (user: string) => `Basic ${Buffer.from(user).toString('base64')}`
  const authorization = pick([
    ...[...keys, ...keys, ...keys, ...keys].map((key) => basic(`${key}:`)),
    ...[
      '',
      'Basic',
      'Basic !!!',
      `Basic ${'A'.repeat(5000)}`,
      'Bearer x',
      'Digest a=b',
      basic('wk_nobody:'),
      basic(':'),
    ],
  ])
  const contentType = pick([
    'application/json',
    'text/plain',
    'application/x-www-form-urlencoded',
    ';;;',
    '',
    'a/b; c="',
    'x',
  ])
  const many = pick([0, 0, 0, 0, 0, 90])
  const filler = Object.fromEntries(
    Array.from({ length: many }, (_, index) => [`x-filler-${index}`, 'y'.repeat(20)]),
  )
  const query = pick([
    '',
    '',
    '',
    `?writeKey=${keys[0]}`,
    '?writeKey=a&writeKey=b',
    '?writeKey[]=a',
    '?%00=%ff&=&&a',
  ])
  const address = path.includes('?') ? path : `${path}${query}`
  return {
    path: address,
    isKeyKnown: keys.some((key) => authorization === basic(`${key}:`) || address.includes(key)),
    headers: {
      ...(authorization !== '' && { authorization }),
      ...(contentType !== '' && { 'content-type': contentType }),
      ...filler,
      ...headers,
    },
  }
}

const bomb = Buffer.alloc(20 * 1024 * 1024, ' ')
const bombs: readonly Pick<EvilRequest, 'body' | 'headers'>[] = [
  { body: gzipSync(bomb), headers: { 'content-encoding': 'gzip' } },
  { body: gzipSync(bomb), headers: {} },
  { body: deflateSync(bomb), headers: { 'content-encoding': 'deflate' } },
  { body: brotliQuick(bomb), headers: { 'content-encoding': 'br' } },
  { body: gzipSync(gzipSync(bomb)), headers: { 'content-encoding': 'gzip, gzip' } },
]

function brotliQuick(bytes: Buffer): Buffer {
  return brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })
}

function spoilBytes(text: string, random: Random): Pick<EvilRequest, 'body' | 'headers'> {
  const packed = gzipSync(text)
  const flipped = Buffer.from(packed)
  flipped[random.integer(flipped.length)] = random.integer(256)
  const swapped = Buffer.from(text, 'utf16le').swap16()
  const noise = Buffer.from(Array.from({ length: random.integer(200) }, () => random.integer(256)))
  const encoding = (name: string) => ({ 'content-encoding': name })
  const choices: readonly Pick<EvilRequest, 'body' | 'headers'>[] = [
    { body: packed, headers: encoding('gzip') },
    { body: packed, headers: encoding('br') },
    { body: packed.subarray(0, random.integer(packed.length)), headers: encoding('gzip') },
    { body: flipped, headers: encoding('gzip') },
    { body: Buffer.concat([packed, noise]), headers: {} },
    { body: brotliQuick(Buffer.from(text)), headers: encoding('br') },
    { body: brotliQuick(Buffer.from(text)).subarray(0, 10), headers: encoding('br') },
    { body: deflateRawSync(text), headers: encoding('deflate') },
    { body: deflateSync(text), headers: encoding('gzip') },
    {
      body: Buffer.from(text),
      headers: encoding(['gzip', 'deflate', 'br', 'zstd', '', ',', '*'][random.integer(7)] ?? ''),
    },
    { body: Buffer.from(`\ufeff${text}`), headers: {} },
    { body: Buffer.from(`\ufeff${text}`, 'utf16le'), headers: {} },
    { body: swapped, headers: { 'content-type': 'application/json; charset=utf-16' } },
    { body: Buffer.from(text.replace('text', 'tëxt'), 'latin1'), headers: {} },
    { body: Buffer.concat([Buffer.from('{"event":"'), noise, Buffer.from('"}')]), headers: {} },
    { body: Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), headers: {} },
    { body: Buffer.from([0xc0, 0xaf]), headers: {} },
    { body: noise, headers: {} },
    // Once in a while: they take their time.
    random.integer(5) === 0
      ? (bombs[random.integer(bombs.length)] ?? { headers: {} })
      : { body: Buffer.alloc(0), headers: {} },
    random.integer(10) === 0
      ? { body: Buffer.alloc(10 * 1024 * 1024, 'a'), headers: {} }
      : { body: Buffer.alloc(500 * 1024 + random.integer(3) - 1, ' '), headers: {} },
  ]
  return choices[random.integer(choices.length)] ?? { headers: {} }
}

const evilMethods = ['GET', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY']
const evilQueries = [
  '',
  '?lang=zh',
  '?lang=fr',
  '?limit=-1',
  '?limit=1e999',
  '?a[b][c]=1',
  `?q=${'z'.repeat(3000)}`,
]
const evilParameters = [
  ...[
    'a',
    '\u0000',
    '%',
    '..',
    '../..',
    '__proto__',
    'constructor',
    "' OR 1=1 --",
    '{a:String}',
    '👩‍👧',
    'x'.repeat(90),
  ],
  ...['x'.repeat(600), '\u202e', '0', '-1', 'NaN', 'wk_nobody', '\n', '\\', '{{7*7}}', '$(id)'],
]
const evilPaths = [
  ...[
    '/',
    '//',
    '/v1',
    '/v1/',
    '/v1/../../etc/passwd',
    '/v1/%2e%2e/%2e%2e/etc/passwd',
    '/docs/static/..%2f..%2fpackage.json',
  ],
  ...[
    '/v1/track/',
    '/v1//track',
    '/v1/track%00',
    '/V1/TRACK',
    '/v1/projects/%ff/settings',
    '/v1/projects//settings',
  ],
  ...[
    '/v1/profiles/%zz',
    '/v1/profiles/%c0%ae',
    `/v1/profiles/${'%41'.repeat(900)}`,
    '/v1/operations/../train',
    '/%',
  ],
  ...[
    '/sourceConfig',
    '/sourceConfig?writeKey=%ff',
    '/v1/m',
    '/.env',
    '/v1/operations/__proto__',
    '/docs/json',
    '/*',
  ],
]
