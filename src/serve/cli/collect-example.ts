import type { Source } from '../../collect/sources.ts'
import type { Language } from '../../core/language.ts'
import { pick } from '../render.ts'

/** How to send a first event, for whoever starts a server; empty when no browser may send. */
export function describeCollecting(url: string, sources: readonly Source[], language: Language): string {
  const say = pick(language)
  const writeKey = sources.find(({ kind }) => kind === 'browser')?.writeKey
  if (writeKey === undefined) return ''
  const event = JSON.stringify({
    anonymousId: 'me',
    event: 'Product Viewed',
    properties: { product_id: '1' },
  })
  return [
    `${say('Write key of browsers', '浏览器写入密钥')}: ${writeKey}`,
    `${say('Send an event', '发送事件')}: curl -u ${writeKey}: ${url}/v1/track -d '${event}'`,
  ].join('\n')
}
