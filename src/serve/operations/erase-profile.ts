import { z } from 'zod'
import { listDerivedStores, listKeptIds } from '../derived-stores.ts'
import type { Operation } from '../operation.ts'
import { formatCount, pick, textTable } from '../render.ts'

const input = z.object({ id: z.string().min(1).max(500), scope: z.literal('derived') })

type Erasure = {
  readonly id: string
  /** Under which ids something may have been kept. */
  readonly ids: readonly string[]
  readonly erased: readonly { readonly store: string; readonly count: number }[]
}

/** `profile erase ID --derived`: removes what was worked out about a person; what they did and said stays. */
export const eraseProfile: Operation<z.output<typeof input>, Erasure> = {
  name: 'profile.erase',
  input,
  run: async ({ id }, { engine, progress }) => {
    const ids = listKeptIds(engine, id)
    const stores = listDerivedStores(engine)
    const erased: Erasure['erased'][number][] = []
    for (const store of stores) {
      const stage = { en: `erasing from ${store.name}`, zh: `正在删除 ${store.name}` }
      progress({ stage, done: erased.length, total: stores.length })
      erased.push({ store: store.name, count: await store.erase(ids) })
    }
    return { id: ids[0], ids, erased }
  },
  render: ({ id, erased }, language) => {
    const say = pick(language)
    const rows = erased.map(({ store, count }) => [store, formatCount(count)])
    return `${say('Profile', '画像')} ${id}\n${textTable([say('store', '存储'), say('erased', '已删除')], rows)}`
  },
  note: (_erasure, language) =>
    pick(language)(
      'Events, identities and statements stay: the next event, reading or build works the rest out anew. The bytes leave the disk with `likeness compact`.',
      '事件、身份与陈述仍然保留：下一个事件、读取或构建会重新计算。运行 `likeness compact` 后，磁盘上不再留有这些字节。',
    ),
}
