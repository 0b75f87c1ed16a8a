import { basename } from 'node:path'
import { z } from 'zod'
import { describeCleaning } from '../../collect/cleaning-lines.ts'
import { importFile } from '../../collect/import-file.ts'
import { type ImportFormat, importFormats } from '../../collect/import-formats.ts'
import type { ImportReport } from '../../collect/import-report.ts'
import { readMappingFile } from '../../collect/mapping.ts'
import { AppError } from '../../core/errors.ts'
import type { Language } from '../../core/language.ts'
import type { Operation } from '../operation.ts'
import { refreshProfiles } from '../refresh-profiles.ts'
import { formatCount, pick, textTable } from '../render.ts'

const input = z.object({
  files: z.array(z.string()).min(1),
  format: z.string().optional(),
  mapping: z.string().optional(),
})

type Imported = { readonly files: readonly ImportReport[] }

/** `import FILE… --as FORMAT | --map FILE`. */
export const importFiles: Operation<z.output<typeof input>, Imported> = {
  name: 'import',
  input,
  startsEmpty: true,
  run: async ({ files, format, mapping }, { engine, progress, signal }) => {
    const reading =
      mapping === undefined ? { format: formatOf(format) } : { mapping: await readMappingFile(mapping) }
    const reports: ImportReport[] = []
    for (const path of files) {
      const { database, contacts, who, enricher, config } = engine
      const onStored = refreshProfiles(engine.living)
      const hooks = { who, enricher, onStored }
      const options = { path, reading, now: engine.now(), timeZone: config.timeZone, contacts, ...hooks }
      reports.push(await importFile(database, { ...options, progress, signal }))
    }
    return { files: reports }
  },
  render: ({ files }, language) => files.map((report) => renderReport(report, language)).join('\n'),
  note: ({ files }, language) =>
    files.some((report) => report.quarantinedCount > 0)
      ? pick(language)(
          '→ `likeness quarantine ls` tells which rows were set aside, and why.',
          '→ 运行 `likeness quarantine ls` 可查看被隔离的行及原因。',
        )
      : undefined,
  isPartial: ({ files }) => files.some((report) => report.quarantinedCount > 0),
}

function formatOf(format: string | undefined): ImportFormat {
  const known = importFormats.find((each) => each === format)
  if (known !== undefined) return known
  throw new AppError(
    'bad_usage',
    format === undefined
      ? {
          en: 'say how the file is to be read with --as or --map',
          zh: '请用 --as 或 --map 说明文件的读取方式',
        }
      : { en: `there is no format ${format}`, zh: `没有格式 ${format}` },
    {
      expected: importFormats.join(', '),
      ...(format === undefined ? {} : { received: format }),
      wayOut: {
        en: '`likeness import --guess FILE` proposes a mapping for any other table.',
        zh: '其他表格可用 `likeness import --guess FILE` 得到建议的映射。',
      },
    },
  )
}

function renderReport(report: ImportReport, language: Language): string {
  const say = pick(language)
  const name = basename(report.fileName)
  if (report.isAlreadyImported) {
    return say(`${name} was imported before: nothing to add.`, `${name} 先前已导入：无需添加。`)
  }
  const { rowCount, storedCount, duplicateCount, quarantinedCount } = report
  const counts = [rowCount, storedCount, duplicateCount, quarantinedCount].map(formatCount)
  const actions = {
    stored: say('stored', '存储'),
    fixed: say('put right', '修正'),
    marked: say('marked', '标记'),
    duplicate: say('repeat', '重复'),
    quarantined: say('set aside', '隔离'),
    fact: '',
  }
  return [
    say(
      `${name}: ${counts[0]} rows = ${counts[1]} stored + ${counts[2]} repeats + ${counts[3]} set aside`,
      `${name}：${counts[0]} 行 = 存储 ${counts[1]} + 重复 ${counts[2]} + 隔离 ${counts[3]}`,
    ),
    textTable(
      [say('of these', '其中'), say('rows', '行数'), ''],
      describeCleaning(report).map((line) => [
        line.name[language],
        formatCount(line.count),
        actions[line.action],
      ]),
    ),
  ].join('\n')
}
