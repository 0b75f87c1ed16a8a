import { CommanderError } from 'commander'
import { AppError } from '../../core/errors.ts'

/** Commander's complaints in Chinese; what it names is `$1`. */
const inChinese: readonly (readonly [RegExp, string])[] = [
  [/^unknown command '(.*)'/, '没有命令 $1'],
  [/^unknown option '(.*)'/, '没有选项 $1'],
  [/^missing required argument '(.*)'/, '缺少参数 $1'],
  [/^option '(.*)' argument missing/, '选项 $1 缺少值'],
  [/^too many arguments.* got \d+: (.*)\.$/, '参数过多：$1'],
]

/** Turns commander's own complaint into an error of ours; undefined when it was a request for help or the version. */
export function toUsageError(error: unknown): AppError | undefined {
  if (!(error instanceof CommanderError)) throw error
  if (error.exitCode === 0 || error.code === 'commander.help') return undefined
  const [en = ''] = error.message.replace(/^error: /, '').split('\n')
  const [pattern, chinese = ''] = inChinese.find(([each]) => each.test(en)) ?? []
  const suggestion = /\(Did you mean (?:one of )?(.*)\?\)/.exec(error.message)?.[1]
  return new AppError(
    'bad_usage',
    { en, zh: pattern ? en.replace(pattern, chinese) : en },
    suggestion === undefined
      ? {}
      : { wayOut: { en: `Did you mean ${suggestion}?`, zh: `您是否想输入 ${suggestion}？` } },
  )
}
