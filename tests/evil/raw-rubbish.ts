import type { Random } from '../../src/math/random.ts'

/** Bytes on a connection that are no HTTP, or HTTP that lies; each ends the connection, one way or another. */
export function createRawRubbish(key: string, random: Random): () => Buffer {
  const authorization = `authorization: Basic ${Buffer.from(`${key}:`).toString('base64')}`
  const call = '{"anonymousId":"a-1","event":"Raw"}'
  const post = (lines: readonly string[], body: string) =>
    ['POST /v1/track HTTP/1.1', 'host: a', authorization, ...lines, '', body].join('\r\n')
  const sound = post([`content-length: ${call.length}`], call)
  const last = post([`content-length: ${call.length}`, 'connection: close'], call)
  const texts: readonly string[] = [
    `${sound}${sound}${last}`,
    `${sound}rubbish\r\n\r\n`,
    last,
    post(['transfer-encoding: chunked'], `${call.length.toString(16)}\r\n${call}\r\n0\r\n\r\n`),
    post(['transfer-encoding: chunked'], `5\r\n${call}\r\n0\r\n\r\n`),
    post(['transfer-encoding: chunked'], 'fffffffffffffffff\r\nx'),
    post(['transfer-encoding: chunked'], `-1\r\n${call}`),
    post(['transfer-encoding: chunked', `content-length: ${call.length}`], call),
    post(['transfer-encoding: chunked, gzip'], call),
    post(['transfer-encoding: identity'], call),
    post(['content-length: 10000'], call),
    post(['content-length: -5'], call),
    post(['content-length: 5', 'content-length: 6'], call),
    post(['content-length: 1e3'], call),
    post(['expect: 100-continue', `content-length: ${call.length}`, 'connection: close'], call),
    post(['expect: nonsense', `content-length: ${call.length}`, 'connection: close'], call),
    post([`x: ${'y'.repeat(30_000)}`], call),
    post([...Array.from({ length: 3000 }, (_, index) => `h${index}: 1`)], call),
    post(['x: \u0000'], call),
    post([' folded: header', 'a:b', ':', 'no colon'], call),
    post(['upgrade: websocket', 'connection: upgrade', `content-length: ${call.length}`], call),
    ...[
      '\r\n\r\n',
      '\u0000',
      'GET',
      'GET /\r\n\r\n',
      'GET / HTTP/9.9\r\nhost: a\r\n\r\n',
      'GET  /  HTTP/1.1\r\n\r\n',
    ],
    ...[
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
      'CONNECT a:1 HTTP/1.1\r\nhost: a\r\n\r\n',
      '\u0016\u0003\u0001\u0002\u0000',
    ],
    ...[
      'GET http://evil.example/v1/track HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n',
      'GET * HTTP/1.1\r\nhost: a\r\n\r\n',
    ],
    ...[
      'GET / HTTP/1.1\r\nhost: a b\r\n\r\n',
      'GET / HTTP/1.1\r\nhost: \u0000\r\n\r\n',
      'GET / HTTP/1.0\r\n\r\n',
    ],
  ]
  return () => {
    const text = Buffer.from(texts[random.integer(texts.length)] ?? '', 'latin1')
    if (random.integer(4) > 0) return text
    const flipped = Buffer.from(text)
    flipped[random.integer(flipped.length)] = random.integer(256)
    return flipped
  }
}
