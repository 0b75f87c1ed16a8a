import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type Scope, scopeNames } from '../scopes.ts'
import type { SecretKeys } from '../secret-keys.ts'
import { askForSecret, refuseName, refuseOtherSite, refuseScope } from './refuse-access.ts'

/**
 * Who may call a route: whoever has a key with that scope. `owner`, unless a route says otherwise: whoever knows a secret
 * that may do everything. `any_key`: it tells nothing of people. `anybody`: not that either, or it asks for a key of its
 * own. On loopback, whoever is on this machine may call any of them without a key.
 */
type Access = Scope | 'owner' | 'any_key' | 'anybody'

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
  /** Any one of them may do everything. */
  readonly secrets: readonly string[]
  /** Each may do what its scopes say. */
  readonly keys: Pick<SecretKeys, 'find'>
}

/**
 * The one guard before every route, those that do not exist included. On loopback a page of another site must not read
 * profiles through a name that it points at this machine, so only the names of this machine are answered. Anywhere else
 * reading asks for a secret, as a bearer token or as the password of basic authentication, so that a browser can ask
 * for it. A secret that is sent counts on loopback, too. A browser's request to change something is taken only from a
 * page of this server.
 */
export function guardAccess(app: FastifyInstance, { host, secrets, keys }: AccessOptions): void {
  const isLocal = isLoopback(host)
  app.addHook('onRequest', async (request, reply) => {
    const { access = request.is404 ? 'any_key' : 'owner', takesAnyHost = false } =
      request.routeOptions.config ?? {}
    if (isLocal && !takesAnyHost && !isLoopback(request.hostname)) return refuseName(request, reply)
    if (access === 'anybody') return
    const given = readSecret(request.headers.authorization ?? '')
    if (!isLocal || given !== '') {
      const holder = findHolder(given, secrets, keys)
      if (holder === undefined) return askForSecret(reply)
      const missing = findMissing(holder, access)
      if (missing !== undefined) return refuseScope(reply, holder, missing)
    }
    if (isForged(request)) return refuseOtherSite(reply)
  })
}

/** Whether an address or name of a server is one that only this machine reaches. */
export function isLoopback(host: string): boolean {
  return ['127.0.0.1', '::1', '[::1]', 'localhost'].includes(host)
}

type Holder = { readonly name: string; readonly scopes: readonly Scope[]; readonly isOwner: boolean }

function findHolder(
  given: string,
  secrets: readonly string[],
  keys: AccessOptions['keys'],
): Holder | undefined {
  // All are asked, so that the time taken does not tell which it was.
  const isOwner = secrets.filter((secret) => isSameSecret(given, secret)).length > 0
  const key = keys.find(given)
  if (isOwner) return { name: 'secretKey', scopes: scopeNames, isOwner }
  return key && { ...key, isOwner }
}

function findMissing(
  { scopes, isOwner }: Holder,
  access: Exclude<Access, 'anybody'>,
): Scope | 'owner' | undefined {
  if (isOwner || access === 'any_key') return undefined
  return access !== 'owner' && scopes.includes(access) ? undefined : access
}

/** Compares in a time that tells nothing of either. */
export function isSameSecret(given: string, wanted: string): boolean {
  return timingSafeEqual(digestOf(given), digestOf(wanted))
}

/** Of one length, as a comparison in constant time needs it. */
function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

/** The secret that a request brings, as a bearer token or as a password; empty for none. */
export function readSecret(authorization: string): string {
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
