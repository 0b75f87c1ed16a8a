import { availableParallelism, totalmem } from 'node:os'
import { z } from 'zod'
import { describeDatabase, type TableSize } from '../../database/table-sizes.ts'
import type { Operation } from '../operation.ts'
import { pick } from '../render.ts'
import { productVersion } from '../version.ts'

type Health = {
  readonly version: string
  readonly node: string
  readonly cores: number
  readonly memoryGb: number
  readonly data: string
  readonly database: { readonly kind: string; readonly version: string }
  /** Rows on disk of each table. */
  readonly tables: readonly TableSize[]
}

/** `doctor`: what runs, where its state lies, and that the database answers. */
export const checkHealth: Operation<Record<string, never>, Health> = {
  name: 'doctor',
  input: z.object({}),
  startsEmpty: true,
  run: async (_input, { engine }) => {
    const { config, database } = engine
    const { version, tables } = await describeDatabase(database)
    return {
      version: productVersion(),
      node: process.version,
      cores: availableParallelism(),
      memoryGb: Math.round(totalmem() / 2 ** 30),
      data: config.data,
      database: { kind: database.kind, version },
      tables,
    }
  },
  render: (health, language) => {
    const say = pick(language)
    return [
      `likeness ${health.version}, Node ${health.node}, ${health.cores} ${say('cores', '核')}, ${health.memoryGb} GiB`,
      `${say('data', '数据目录')}: ${health.data}`,
      `${say('database', '数据库')}: ClickHouse ${health.database.version} (${health.database.kind})`,
      ...health.tables.map(
        ({ name, rows, bytes }) => `  ${name}: ${rows} ${say('rows', '行')}, ${(bytes / 1e6).toFixed(1)} MB`,
      ),
    ].join('\n')
  },
}
