import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../../core/errors.ts'
import { errorBody } from './error-body.ts'

/**
 * Who may call a route. `owner`, unless a route says otherwise: on loopback whoever is on this machine, elsewhere whoever
 * knows the secret. `anybody`: it tells nothing of people, or asks for a key of its own.
 */
type Access = 'owner' | 'anybody'

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access
    /** Answers whatever name it is asked by: a shop passes it on under a name of its own. */
    takesAnyHost?: boolean
  }
}

export type AccessOptions = {
  /** The address that the server listens on. */
  readonly host: string
  /** Any one of them lets in. */
  readonly secrets: readonly string[]
}

/**
 * The one guard before every route, those that do not exist included. On loopback a page of another site must not read
 * profiles through a name that it points at this machine, so only the names of this machine are answered. Anywhere else
 * reading asks for the secret, as a bearer token or as the password of basic authentication, so that a browser can ask
 * for it. A browser's request to change something is taken only from a page of this server.
 */
export function guardAccess(app: FastifyInstance, { host, secrets }: AccessOptions): void {
  const isLocal = isLoopback(host)
  app.addHook('onRequest', async (request, reply) => {
    const { access = 'owner', takesAnyHost = false } = request.routeOptions.config ?? {}
    if (isLocal && !takesAnyHost && !isLoopback(request.hostname)) return refuseName(request, reply)
    if (access === 'anybody') return
    if (!isLocal && !knowsSecret(request, secrets)) return askForSecret(reply)
    if (isForged(request)) return refuseOtherSite(reply)
  })
}

/** Whether an address or name of a server is one that only this machine reaches. */
export function isLoopback(host: string): boolean {
  return ['127.0.0.1', '::1', '[::1]', 'localhost'].includes(host)
}

function knowsSecret(request: FastifyRequest, secrets: readonly string[]): boolean {
  const given = readSecret(request.headers.authorization ?? '')
  // Each is compared, so that the time taken does not tell which.
  return secrets.filter((secret) => isSameSecret(given, secret)).length > 0
}

/** Compares in a time that tells nothing of either. */
export function isSameSecret(given: string, wanted: string): boolean {
  return timingSafeEqual(digestOf(given), digestOf(wanted))
}

/** Of one length, as a comparison in constant time needs it. */
function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

function readSecret(authorization: string): string {
  const [, scheme = '', value = ''] = /^(\w+) +(\S+) *$/.exec(authorization) ?? []
  if (scheme.toLowerCase() === 'bearer') return value
  return scheme.toLowerCase() === 'basic' ? readBasic(value).password : ''
}

/** User and password of basic authentication. */
export function readBasic(value: string): { readonly user: string; readonly password: string } {
  const text = Buffer.from(value, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return colon === -1
    ? { user: text, password: '' }
    : { user: text.slice(0, colon), password: text.slice(colon + 1) }
}

/** A browser says from where it is asked; what is no browser says nothing and keeps no passwords for other sites to use. */
function isForged({ method, headers }: FastifyRequest): boolean {
  if (method === 'GET' || method === 'HEAD') return false
  const site = headers['sec-fetch-site']
  return site !== undefined && site !== 'same-origin' && site !== 'none'
}

function refuseName(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return reply.code(403).send(
    errorBody(
      new AppError(
        'unauthorised',
        {
          en: `this server answers to localhost, not to ${request.hostname}`,
          zh: `本服务只响应 localhost，不响应 ${request.hostname}`,
        },
        {
          wayOut: {
            en: 'To reach it by another name, set `host` to an address of this machine and `secretKey`.',
            zh: '如需通过其他名称访问，请将 `host` 设为本机地址并设置 `secretKey`。',
          },
        },
      ),
    ),
  )
}

function askForSecret(reply: FastifyReply): FastifyReply {
  return reply
    .code(401)
    .header('www-authenticate', 'Basic realm="Likeness", charset="UTF-8"')
    .send(
      errorBody(
        new AppError(
          'unauthorised',
          { en: 'the secret is missing or wrong', zh: '密钥缺失或错误' },
          {
            expected: 'Authorization: Bearer SECRET',
            wayOut: {
              en: 'Send the secretKey of the configuration, or the token of server.json in the data directory.',
              zh: '请使用配置项 secretKey，或数据目录中 server.json 的令牌。',
            },
          },
        ),
      ),
    )
}

function refuseOtherSite(reply: FastifyReply): FastifyReply {
  return reply.code(403).send(
    errorBody(
      new AppError(
        'unauthorised',
        { en: 'a page of another site may not ask for this', zh: '其他网站的页面不得发起此请求' },
        {
          wayOut: {
            en: 'Ask from a page of this server or from a program.',
            zh: '请从本服务的页面或程序发起。',
          },
        },
      ),
    ),
  )
}
