import { z } from 'zod'
import { type ExportFormat, exportFeatures as writeFeatures } from '../../features/export-features.ts'
import { loadLatestCut } from '../../profiles/find-profiles.ts'
import type { Operation } from '../operation.ts'
import { formatCount, pick } from '../render.ts'
import { writeWholeFile } from '../whole-file.ts'

type Exported = { readonly file: string; readonly profileCount: number; readonly asOf: string }

/** `features export --out FILE`: the features of everybody at the latest cut; the file appears when it is whole. */
export const exportFeatures: Operation<{ out: string; format: ExportFormat }, Exported> = {
  name: 'features.export',
  input: z.object({ out: z.string().min(1), format: z.enum(['csv', 'jsonl']) }),
  run: async ({ out, format }, { engine, signal }) => {
    const asOfMs = await loadLatestCut(engine.database)
    const profileCount = await writeWholeFile(out, (append) =>
      writeFeatures(engine.database, { asOfMs, format, signal }, append),
    )
    return { file: out, profileCount, asOf: new Date(asOfMs).toISOString() }
  },
  render: ({ file, profileCount }, language) =>
    pick(language)(
      `${formatCount(profileCount)} profiles written to ${file}`,
      `已将 ${formatCount(profileCount)} 个画像写入 ${file}`,
    ),
}
