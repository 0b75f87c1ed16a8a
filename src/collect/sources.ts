import { AppError } from '../core/errors.ts'
import type { KeyValueStore } from '../kv/key-value-store.ts'

/**
 * A browser's key stands in every page: it may only write, and not what a browser could invent. A server's key is a
 * secret.
 */
export const sourceKinds = ['browser', 'server'] as const
type SourceKind = (typeof sourceKinds)[number]

/** Somebody who sends calls; its name stands on every event that came with its key. */
export type Source = {
  readonly name: string
  readonly kind: SourceKind
  readonly writeKey: string
  /** ISO 8601. */
  readonly createdAt: string
}

/** Who may send calls. Read from memory, kept on disk. */
export type Sources = {
  /** By name. */
  list(): readonly Source[]
  find(writeKey: string): Source | undefined
  /** @throws AppError 'bad_usage' when the name is taken or no name. */
  add(name: string, kind: SourceKind): Promise<Source>
  /** From then on its key is unknown. @throws AppError 'not_found'. */
  remove(name: string): Promise<Source>
}

export type SourcesOptions = {
  readonly store: KeyValueStore
  now(): Date
  /** A fresh secret that nobody can guess, of letters and digits. */
  drawSecret(): string
}

const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/
const keyPrefixes: Readonly<Record<SourceKind, string>> = { browser: 'wk_', server: 'sk_' }

/** Opens the sources of a store; where there are none, it makes one for browsers and one for servers. */
export async function openSources({ store, now, drawSecret }: SourcesOptions): Promise<Sources> {
  const table = store.table<Source>('sources', { values: 'json', keys: 'ordered' })
  const byName = new Map([...table.entries()].map(({ value }) => [value.name, value]))
  const byKey = new Map([...byName.values()].map((source) => [source.writeKey, source]))
  const add: Sources['add'] = async (name, kind) => {
    refuseName(name, byName)
    const writeKey = `${keyPrefixes[kind]}${drawSecret()}`
    const source: Source = { name, kind, writeKey, createdAt: now().toISOString() }
    // Taken at once, so that two who ask for one name at a time do not both get it.
    byName.set(name, source)
    await store.write(() => table.put(name, source))
    byKey.set(writeKey, source)
    return source
  }
  if (byName.size === 0) {
    await add('web', 'browser')
    await add('server', 'server')
  }
  return {
    list: () => [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    find: (writeKey) => byKey.get(writeKey),
    add,
    remove: async (name) => {
      const source = byName.get(name)
      if (source === undefined) throw unknownName(name, [...byName.keys()])
      byName.delete(name)
      byKey.delete(source.writeKey)
      await store.write(() => table.remove(name))
      return source
    },
  }
}

function refuseName(name: string, known: ReadonlyMap<string, Source>): void {
  if (!namePattern.test(name)) {
    throw new AppError(
      'bad_usage',
      {
        en: `'${name}' is no name of a source: 1 to 40 letters, digits, dots, hyphens and underscores`,
        zh: `'${name}' 不是有效的来源名称：应为 1 至 40 个字母、数字、点、连字符或下划线`,
      },
      { received: name },
    )
  }
  if (!known.has(name)) return
  throw new AppError(
    'bad_usage',
    { en: `there already is a source '${name}'`, zh: `来源 '${name}' 已存在` },
    {
      received: name,
      wayOut: {
        en: 'Choose another name, or remove that one first: likeness sources rm NAME.',
        zh: '请另选名称，或先删除原来源：likeness sources rm 名称。',
      },
    },
  )
}

function unknownName(name: string, known: readonly string[]): AppError {
  return new AppError(
    'not_found',
    { en: `there is no source '${name}'`, zh: `没有来源 '${name}'` },
    {
      received: name,
      expected: known.join(', '),
      wayOut: { en: '`likeness sources ls` lists them.', zh: '`likeness sources ls` 可列出全部。' },
    },
  )
}
