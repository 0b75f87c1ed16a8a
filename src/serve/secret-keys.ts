import { createHash, timingSafeEqual } from 'node:crypto'
import { AppError } from '../core/errors.ts'
import type { KeyValueStore } from '../kv/key-value-store.ts'
import { isScope, type Scope, scopeNames } from './scopes.ts'

/** A program or person that may ask for what its scopes name. What the key is cannot be read from here. */
export type SecretKey = {
  readonly name: string
  readonly scopes: readonly Scope[]
  /** How the key begins, so that a person can tell which it is. */
  readonly hint: string
  /** ISO 8601. */
  readonly createdAt: string
}

/** Who may read and change what, beside the owner. Read from memory, kept on disk as hashes. */
export type SecretKeys = {
  /** By name. */
  list(): readonly SecretKey[]
  /** Takes the same time whatever is given. */
  find(given: string): SecretKey | undefined
  /** The only time that the key is told. @throws AppError 'bad_usage' for a name that is taken or none, or for no scope. */
  add(name: string, scopes: readonly string[]): Promise<SecretKey & { readonly key: string }>
  /** From then on it opens nothing. @throws AppError 'not_found'. */
  remove(name: string): Promise<SecretKey>
}

export type SecretKeysOptions = {
  readonly store: KeyValueStore
  now(): Date
  /** A fresh secret that nobody can guess, of letters and digits; so its plain hash tells nothing. */
  drawSecret(): string
}

type Stored = SecretKey & { readonly sha256: string }

const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/
const prefix = 'ak_'
const hintLength = prefix.length + 4

export function openSecretKeys({ store, now, drawSecret }: SecretKeysOptions): SecretKeys {
  const table = store.table<Stored>('secret_keys', { values: 'json', keys: 'ordered' })
  const byName = new Map([...table.entries()].map(({ value }) => [value.name, value]))
  return {
    list: () => [...byName.values()].map(tellKey).sort((a, b) => (a.name < b.name ? -1 : 1)),
    find(given) {
      const digest = digestOf(given)
      // Each is compared, so that the time taken does not tell which.
      const [found] = [...byName.values()].filter(({ sha256 }) =>
        timingSafeEqual(digest, Buffer.from(sha256, 'hex')),
      )
      return found && tellKey(found)
    },
    async add(name, scopes) {
      refuseName(name, byName)
      const key = `${prefix}${drawSecret()}`
      const sha256 = digestOf(key).toString('hex')
      const hint = `${key.slice(0, hintLength)}…`
      const stored = { name, scopes: readScopes(scopes), hint, createdAt: now().toISOString(), sha256 }
      // Taken at once, so that two who ask for one name at a time do not both get it.
      byName.set(name, stored)
      await store.write(() => table.put(name, stored))
      return { ...tellKey(stored), key }
    },
    async remove(name) {
      const stored = byName.get(name)
      if (stored === undefined) throw unknownName(name, [...byName.keys()])
      byName.delete(name)
      await store.write(() => table.remove(name))
      return tellKey(stored)
    },
  }
}

/** Of one length, as a comparison in constant time needs it. */
function digestOf(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}

/** A scope that this version does not know opens nothing. */
function tellKey({ sha256: _, ...key }: Stored): SecretKey {
  return { ...key, scopes: key.scopes.filter(isScope) }
}

function readScopes(scopes: readonly string[]): readonly Scope[] {
  const unknown = scopes.filter((scope) => !isScope(scope))
  if (unknown.length > 0 || scopes.length === 0) {
    throw new AppError(
      'bad_usage',
      {
        en:
          scopes.length === 0 ? 'a key needs at least one scope' : `there is no scope ${unknown.join(', ')}`,
        zh: scopes.length === 0 ? '密钥至少需要一个权限范围' : `没有权限范围 ${unknown.join('、')}`,
      },
      {
        expected: scopeNames.join(', '),
        ...(unknown.length > 0 && { received: unknown.join(', ') }),
        wayOut: {
          en: 'Name them with --scope, parted by commas.',
          zh: '请用 --scope 指定，以逗号分隔。',
        },
      },
    )
  }
  return scopeNames.filter((scope) => scopes.includes(scope))
}

function refuseName(name: string, known: ReadonlyMap<string, Stored>): void {
  if (!namePattern.test(name)) {
    throw new AppError(
      'bad_usage',
      {
        en: `'${name}' is no name of a key: 1 to 40 letters, digits, dots, hyphens and underscores`,
        zh: `'${name}' 不是有效的密钥名称：应为 1 至 40 个字母、数字、点、连字符或下划线`,
      },
      { received: name },
    )
  }
  if (!known.has(name)) return
  throw new AppError(
    'bad_usage',
    { en: `there already is a key '${name}'`, zh: `密钥 '${name}' 已存在` },
    {
      received: name,
      wayOut: {
        en: 'Choose another name, or remove that one first: likeness keys rm NAME.',
        zh: '请另选名称，或先删除原密钥：likeness keys rm 名称。',
      },
    },
  )
}

function unknownName(name: string, known: readonly string[]): AppError {
  return new AppError(
    'not_found',
    { en: `there is no key '${name}'`, zh: `没有密钥 '${name}'` },
    {
      received: name,
      ...(known.length > 0 && { expected: known.join(', ') }),
      wayOut: { en: '`likeness keys ls` lists them.', zh: '`likeness keys ls` 可列出全部。' },
    },
  )
}
