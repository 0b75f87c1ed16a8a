import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { finished } from 'node:stream/promises'
import { z } from 'zod'
import { type ExportFormat, exportFeatures as writeFeatures } from '../../features/export-features.ts'
import { loadLatestCut } from '../../profiles/find-profiles.ts'
import type { Operation } from '../operation.ts'
import { formatCount, pick } from '../render.ts'

type Exported = { readonly file: string; readonly profileCount: number; readonly asOf: string }

/** `features export --out FILE`: the features of everybody at the latest cut; the file appears when it is whole. */
export const exportFeatures: Operation<{ out: string; format: ExportFormat }, Exported> = {
  name: 'features.export',
  input: z.object({ out: z.string().min(1), format: z.enum(['csv', 'jsonl']) }),
  run: async ({ out, format }, { engine, signal }) => {
    const asOfMs = await loadLatestCut(engine.database)
    const fresh = `${out}.part`
    const stream = createWriteStream(fresh)
    try {
      const profileCount = await writeFeatures(engine.database, { asOfMs, format, signal }, async (text) => {
        if (!stream.write(text)) await once(stream, 'drain')
      })
      stream.end()
      await finished(stream)
      await rename(fresh, out)
      return { file: out, profileCount, asOf: new Date(asOfMs).toISOString() }
    } finally {
      stream.destroy()
      await rm(fresh, { force: true })
    }
  },
  render: ({ file, profileCount }, language) =>
    pick(language)(
      `${formatCount(profileCount)} profiles written to ${file}`,
      `已将 ${formatCount(profileCount)} 个画像写入 ${file}`,
    ),
}
