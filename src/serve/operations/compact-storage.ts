import { z } from 'zod'
import { awaitCleanup } from '../../database/await-cleanup.ts'
import { derivedTables } from '../derived-stores.ts'
import type { Operation } from '../operation.ts'
import { formatNumber, pick } from '../render.ts'

type Compaction = {
  /** Sizes of the file that holds journal, identities and profiles. */
  readonly bytesBefore: number
  readonly bytesAfter: number
  /** Parts of tables that were replaced and are still on disk; 0 when all is done. */
  readonly leftPartCount: number
}

/** The engine removes replaced parts within seconds; longer than this it takes only where a query holds one. */
const patienceMs = 120_000

/** `compact`: writes what is alive anew, so that nothing of what was erased before is left on disk. */
export const compactStorage: Operation<Record<string, never>, Compaction> = {
  name: 'compact',
  input: z.object({}),
  run: async (_input, { engine, progress, signal }) => {
    progress({ stage: { en: 'writing the journal anew', zh: '正在重写日志' }, done: 0, total: 2 })
    const { bytesBefore, bytesAfter } = await engine.compact()
    progress({ stage: { en: 'waiting for tables', zh: '正在等待数据表清理' }, done: 1, total: 2 })
    const leftPartCount = await awaitCleanup(engine.database, { tables: derivedTables, patienceMs, signal })
    return { bytesBefore, bytesAfter, leftPartCount }
  },
  isPartial: ({ leftPartCount }) => leftPartCount > 0,
  render: ({ bytesBefore, bytesAfter }, language) => {
    const [before, after] = [bytesBefore, bytesAfter].map((bytes) => `${formatNumber(bytes / 2 ** 20)} MB`)
    return pick(language)(
      `Journal, identities and profiles: ${before} → ${after}`,
      `日志、身份与画像：${before} → ${after}`,
    )
  },
  note: ({ leftPartCount }, language) =>
    leftPartCount === 0
      ? pick(language)(
          'Nothing is left on disk of what was erased from these stores before.',
          '此前从这些存储中删除的内容，磁盘上已无残留。',
        )
      : pick(language)(
          `${leftPartCount} replaced parts of tables are still read; they leave the disk within a minute of that. Run it again to see.`,
          `仍有 ${leftPartCount} 个已被替换的数据分片正在被读取，读取结束后一分钟内即从磁盘移除。可再次运行查看。`,
        ),
}
