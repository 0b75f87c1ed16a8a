import createFetchClient, { type Client } from 'openapi-fetch'
import type { paths } from './api-types.ts'

export type ClientOptions = {
  /** Where the server listens, such as `http://localhost:4280`. */
  readonly url: string
  /** A write key, as `likeness sources ls` lists them: it is asked for by what is sent, not by what is read. */
  readonly key?: string
  /** `secretKey` of the server's configuration: it is asked for by what is read where the server does not listen on loopback. */
  readonly secret?: string
  /** Asks instead of the global `fetch`. */
  readonly fetch?: (request: Request) => Promise<Response>
}

/**
 * Asks the HTTP API: `client.POST('/v1/track', { body })` and so on, each path with its types. Resolves to `data` or, for
 * 4xx and 5xx, to `error`; it sends nothing again, so a 503 is the caller's to repeat after `retry-after`.
 * @throws TypeError when the server cannot be reached.
 */
export function createClient({ url, key = '', secret = '', fetch }: ClientOptions): Client<paths> {
  return createFetchClient<paths>({
    baseUrl: url,
    headers: key === '' && secret === '' ? {} : { authorization: authorise(key, secret) },
    ...(fetch !== undefined && { fetch }),
  })
}

/** One header says both: the write key is its user, the secret its password. */
function authorise(key: string, secret: string): string {
  const bytes = new TextEncoder().encode(`${key}:${secret}`)
  return `Basic ${btoa(String.fromCharCode(...bytes))}`
}
