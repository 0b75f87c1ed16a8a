import { z } from 'zod'
import type { Source } from '../../collect/sources.ts'
import type { Operation } from '../operation.ts'
import { formatCount, pick, textTable } from '../render.ts'

type Listed = Source & { readonly received: number; readonly stored: number }

/** `sources ls`: who may send calls, with which key, and how many came. */
export const listSources: Operation<Record<string, never>, { readonly sources: readonly Listed[] }> = {
  name: 'sources.ls',
  input: z.object({}),
  startsEmpty: true,
  run: async (_input, { engine }) => {
    const counts = engine.collector.counts()
    const sources = engine.sources.list().map((source) => {
      const { received = 0, stored = 0 } = counts.get(source.name) ?? {}
      return { ...source, received, stored }
    })
    return { sources }
  },
  render: ({ sources }, language) => {
    const say = pick(language)
    const kinds = { browser: say('browser', '浏览器'), server: say('server', '服务器') }
    return textTable(
      [
        say('source', '来源'),
        say('kind', '类型'),
        say('write key', '写入密钥'),
        say('received', '收到'),
        say('stored', '存入'),
      ],
      sources.map(({ name, kind, writeKey, received, stored }) => [
        name,
        kinds[kind],
        writeKey,
        formatCount(received),
        formatCount(stored),
      ]),
    )
  },
  note: (_output, language) =>
    pick(language)(
      'A browser’s key may stand in a page; a server’s key is a secret.',
      '浏览器密钥可公开在页面中；服务器密钥须保密。',
    ),
}
