import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import type { FileTarget } from '../../database/database.ts'
import { exportFeatures as writeFeatures } from '../../features/export-features.ts'
import { loadTopicsAsOf } from '../../train/train-topics.ts'
import { chooseCut } from '../choose-cut.ts'
import type { Engine } from '../engine.ts'
import type { Operation } from '../operation.ts'
import { formatCount, pick } from '../render.ts'
import { replaceFile } from '../whole-file.ts'

type Exported = {
  readonly file: string
  readonly profileCount: number
  readonly asOf: string
  /** Whether topics were learnt by the cut; without them their columns are left out. */
  readonly hasTopics: boolean
}

const input = z.object({ to: z.string().min(1), asOf: z.string().optional() })

/** `features export --to FILE [--as-of T]`: the features of everybody as of a cut; the file appears when it is whole. */
export const exportFeatures: Operation<z.output<typeof input>, Exported> = {
  name: 'features.export',
  input,
  run: async ({ to, asOf }, { engine, progress, signal }) => {
    const format = formatOf(to)
    const { database, config } = engine
    const asOfMs = await chooseCut(asOf, engine)
    const versions = await versionsAsOf(asOfMs, engine)
    progress({ stage: { en: 'Computing features', zh: '正在计算特征' }, done: 0 })
    const options = {
      ...{ asOfMs, timeZone: config.timeZone, definitions: engine.features.all(), signal },
      ...versions,
    }
    const profileCount = await replaceFile(to, (path) => writeFeatures(database, { path, format }, options))
    return {
      file: to,
      profileCount,
      asOf: new Date(asOfMs).toISOString(),
      hasTopics: versions.topicsVersion !== undefined,
    }
  },
  render: ({ file, profileCount, asOf }, language) =>
    pick(language)(
      `${formatCount(profileCount)} profiles as of ${asOf.slice(0, 16)} written to ${file}`,
      `已将截至 ${asOf.slice(0, 16)} 的 ${formatCount(profileCount)} 个画像写入 ${file}`,
    ),
  note: ({ hasTopics }, language) =>
    hasTopics
      ? undefined
      : pick(language)(
          'No topics were learnt by then, so their columns are left out; `likeness build --as-of` that moment learns them.',
          '截至该时刻尚未学习主题，因此不含主题列；可用 `likeness build --as-of` 该时刻来学习。',
        ),
}

/** What models had learnt by the cut: of a build that came later, only topics of an earlier one are used. */
async function versionsAsOf(
  asOfMs: number,
  { living, database }: Engine,
): Promise<{ readonly topicsVersion?: string; readonly textVersion?: string }> {
  const { asOfMs: builtMs, constants: _, ...versions } = (await living.lenses.current()).fitted
  if (builtMs <= asOfMs) return versions
  const topics = await loadTopicsAsOf(database, asOfMs)
  return topics === undefined ? {} : { topicsVersion: topics.version }
}

const formats: Readonly<Record<string, FileTarget['format']>> = {
  parquet: 'Parquet',
  csv: 'CSVWithNames',
  jsonl: 'JSONEachRow',
}

function formatOf(file: string): FileTarget['format'] {
  const format = formats[/\.(\w+)$/.exec(file)?.[1]?.toLowerCase() ?? '']
  if (format !== undefined) return format
  throw new AppError(
    'bad_usage',
    { en: 'the ending of the file names no format', zh: '文件扩展名未指明格式' },
    { where: '--to', expected: '.parquet, .csv, .jsonl', received: file },
  )
}
