import type { Source } from '../../collect/sources.ts'
import type { Language } from '../../core/language.ts'
import type { Config } from '../config.ts'
import { isLoopback } from '../http/access.ts'
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

/** What whoever reads over the network is asked for; empty where only this machine can. */
export function describeAccess({ host, secretKey, data }: Config, language: Language): string {
  if (isLoopback(host)) return ''
  const say = pick(language)
  return secretKey === undefined
    ? say(
        `Reading asks for the token in ${data}/server.json, which is new at each start; set secretKey for one that stays.`,
        `读取须提供 ${data}/server.json 中的令牌（每次启动更换）；如需固定密钥请设置 secretKey。`,
      )
    : say('Reading asks for secretKey as the password.', '读取须以 secretKey 作为密码。')
}
