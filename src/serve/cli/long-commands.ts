import type { Language } from '../../core/language.ts'
import { openEngine } from '../compose.ts'
import { type Config, loadConfig, terminalLanguage } from '../config.ts'
import { pick } from '../render.ts'
import type { CommandArguments, Flag } from './command.ts'
import { configFileOf, configFlags } from './config-flags.ts'
import { type DemoSource, runDemo } from './demo.ts'
import { describeAccess, describeCollecting } from './describe-server.ts'
import type { LongCommand } from './program.ts'
import { refuseSecondServer, serveUntilStopped } from './serve.ts'
import { createTalk, type Talk } from './talk.ts'

const listenFlags: readonly Flag[] = [
  {
    flag: '--port <n>',
    meaning: { en: 'port to listen on (default 4280; 0: a free one)', zh: '监听端口（默认 4280；0 为任选）' },
  },
  {
    flag: '--host <address>',
    meaning: { en: 'address to listen on (default 127.0.0.1)', zh: '监听地址（默认 127.0.0.1）' },
  },
]

/** The commands that go on until they are stopped. */
export function longCommands(signal: AbortSignal): readonly LongCommand[] {
  return [
    {
      name: 'demo',
      meaning: {
        en: 'simulate a shop (or take a file), build, train, judge, report and serve',
        zh: '模拟店铺（或导入文件），生成画像、训练、评判、出报告并提供服务',
      },
      flags: [
        {
          flag: '--import <file>',
          meaning: { en: 'take this file instead (may repeat)', zh: '改用此文件（可重复）' },
          isList: true,
        },
        { flag: '--as <format>', meaning: { en: 'format of the file', zh: '文件格式' } },
        { flag: '--map <file>', meaning: { en: 'mapping of the file (JSON)', zh: '文件映射（JSON）' } },
        { flag: '--once', meaning: { en: 'end after the report is written', zh: '写完报告即结束' } },
        ...listenFlags,
      ],
      run: async (args) => {
        const { config, language, talk } = await begin(args)
        const isOnce = args.flags.once === true
        try {
          await runDemo({ config, source: demoSource(args.flags), language, talk, signal, isOnce })
        } finally {
          talk.finish()
        }
      },
    },
    {
      name: 'serve',
      meaning: { en: 'serve profiles, the report and the API page', zh: '提供画像、报告与 API 页面服务' },
      flags: listenFlags,
      run: async (args) => {
        const { config, language, talk } = await begin(args)
        await refuseSecondServer(config.data)
        await using engine = await openEngine(config)
        await serveUntilStopped(engine, signal, (url) => {
          const lines = [
            pick(language)(`Serving ${config.data} at ${url}`, `正在 ${url} 提供 ${config.data} 的服务`),
            describeCollecting(url, engine.sources.list(), language),
            describeAccess(config, language),
          ]
          talk.say(lines.filter((line) => line !== '').join('\n'))
        })
      },
    },
  ]
}

async function begin(args: CommandArguments): Promise<{ config: Config; language: Language; talk: Talk }> {
  const config = await loadConfig(configFlags(args.flags), configFileOf(args.flags))
  const language = config.lang ?? terminalLanguage()
  return { config, language, talk: createTalk(language, process.stderr) }
}

function demoSource(flags: Readonly<Record<string, unknown>>): DemoSource {
  if (!Array.isArray(flags.import)) return { kind: 'simulated' }
  return {
    kind: 'files',
    files: flags.import.map(String),
    ...(typeof flags.as === 'string' ? { format: flags.as } : {}),
    ...(typeof flags.map === 'string' ? { mapping: flags.map } : {}),
  }
}
