import { existsSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { listImports } from '../../collect/quarantine.ts'
import { AppError } from '../../core/errors.ts'
import { writeShop } from '../../simulate/write-shop.ts'
import { databaseFolder, makeDataDirectory, openEngine } from '../compose.ts'
import type { Config } from '../config.ts'
import { describeDemo, readDemoMarker, writeDemoMarker } from '../demo-marker.ts'
import type { Operation, OperationContext } from '../operation.ts'
import { buildProfiles } from '../operations/build-profiles.ts'
import { importFiles } from '../operations/import-files.ts'
import { trainModels } from '../operations/train-models.ts'
import { writeReport } from '../operations/write-report.ts'
import { pick } from '../render.ts'
import { describeAccess, describeCollecting } from './describe-server.ts'
import { refuseSecondServer, refuseTakenPort, serveUntilStopped } from './serve.ts'
import type { Talk } from './talk.ts'

/** What the demo runs on: a file of the shop's, or a simulated shop. */
export type DemoSource =
  | {
      readonly kind: 'files'
      readonly files: readonly string[]
      readonly format?: string
      readonly mapping?: string
    }
  | { readonly kind: 'simulated' }

export type DemoOptions = {
  readonly config: Config
  readonly source: DemoSource
  readonly language: 'en' | 'zh'
  readonly talk: Talk
  readonly signal: AbortSignal
  /** Ends when the report is written instead of serving it. */
  readonly isOnce: boolean
}

/**
 * From events to answers in one go: simulate or take a file, import, build, train and judge, write the report, serve.
 * @throws AppError 'bad_usage' when the data directory holds data that no demo put there.
 */
export async function runDemo(options: DemoOptions): Promise<void> {
  const { config, talk, signal, language } = options
  const say = pick(language)
  const startedMs = performance.now()
  await refuseSecondServer(config.data)
  if (!options.isOnce) await refuseTakenPort(config)
  await claimDirectory(options)
  const imports = await prepareImports(options)
  await using engine = await openEngine(config)
  const context: OperationContext = { engine, progress: talk.progress, signal }
  const step = async <Input, Output>(operation: Operation<Input, Output>, input: Input): Promise<void> => {
    const stepMs = performance.now()
    const output = await operation.run(input, context)
    talk.say(operation.render(output, language))
    const note = operation.note?.(output, language)
    if (note !== undefined) talk.say(note)
    talk.say(`  ${secondsSince(stepMs)} s\n`)
  }
  for (const each of imports) await step(importFiles, each)
  await step(buildProfiles, { asOf: undefined })
  await step(trainModels, { models: [], asOf: undefined })
  await step(writeReport, { out: join(config.data, 'report.html'), lang: language })
  const peakGb = (process.resourceUsage().maxRSS / 2 ** 20).toFixed(2)
  talk.say(
    say(
      `Done in ${secondsSince(startedMs)} s, ${peakGb} GiB of memory at the peak.`,
      `用时 ${secondsSince(startedMs)} 秒，内存峰值 ${peakGb} GiB。`,
    ),
  )
  if (options.isOnce) return
  await serveUntilStopped(engine, signal, (url) => {
    talk.say(
      [
        `${say('Report', '报告')}:   ${url}/report${language === 'zh' ? '?lang=zh' : ''}`,
        `API:      ${url}/docs`,
        `${say('Profile', '画像')}:  ${url}/v1/profiles/ID`,
        describeCollecting(url, engine.sources.list(), language),
        describeAccess(config, language),
        `${say('Ctrl-C stops it; the data stay in', '按 Ctrl-C 停止；数据保存在')} ${config.data}`,
      ]
        .filter((line) => line !== '')
        .join('\n'),
    )
  })
}

type ImportInput = Parameters<typeof importFiles.run>[0]

async function prepareImports({ config, source, talk, signal }: DemoOptions): Promise<ImportInput[]> {
  if (source.kind === 'files') {
    const files = source.files.map((file) => resolve(file))
    return [{ files, format: source.format, mapping: source.mapping && resolve(source.mapping) }]
  }
  const shop = await writeShop(join(config.data, 'simulated'), {
    seed: config.seed,
    progress: talk.progress,
    signal,
  })
  return [
    { files: [shop.catalogueFile], format: 'catalogue', mapping: undefined },
    { files: [shop.eventsFile], format: 'segment', mapping: undefined },
  ]
}

/**
 * A demo's data directory holds one source. One that an earlier demo filled from another source is emptied; data that no
 * demo put there are never touched.
 */
async function claimDirectory({ config, source, talk, language }: DemoOptions): Promise<void> {
  const wanted = source.kind === 'simulated' ? { ...source, seed: config.seed } : source
  const found = readDemoMarker(config.data)
  if (found !== undefined) {
    if (found === describeDemo(wanted)) return
    talk.say(pick(language)('Emptying the data of an earlier demo …', '正在清空先前演示的数据 …'))
    rmSync(config.data, { recursive: true })
  } else if (await holdsImports(config)) {
    throw new AppError(
      'bad_usage',
      { en: `${config.data} holds data that no demo put there`, zh: `${config.data} 中已有非演示数据` },
      {
        where: config.data,
        wayOut: { en: 'Give the demo another folder with --data.', zh: '请用 --data 为演示指定其他目录。' },
      },
    )
  }
  makeDataDirectory(config.data)
  writeDemoMarker(config.data, wanted)
}

/** Tables alone, as `doctor` makes them, are nobody's data. */
async function holdsImports(config: Config): Promise<boolean> {
  if (!existsSync(databaseFolder(config.data))) return false
  await using engine = await openEngine(config)
  return (await listImports(engine.database)).length > 0
}

function secondsSince(startedMs: number): string {
  return ((performance.now() - startedMs) / 1000).toFixed(1)
}
