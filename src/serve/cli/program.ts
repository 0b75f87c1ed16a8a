import { Command as CommanderCommand, Option } from 'commander'
import type { Bilingual, Language } from '../../core/language.ts'
import type { Command, CommandArguments, Flag } from './command.ts'
import { helpStyle } from './help-style.ts'

/** A command that is no operation: it goes on until it is stopped. */
export type LongCommand = Omit<Command, 'toCall'> & {
  run(args: CommandArguments): Promise<void>
}

export type ProgramHandlers = {
  readonly commands: readonly Command[]
  readonly longCommands: readonly LongCommand[]
  onCommand(command: Command, args: CommandArguments): Promise<void>
}

const commonFlags: readonly Flag[] = [
  {
    flag: '--data <dir>',
    meaning: { en: 'folder of all state (default ./likeness-data)', zh: '数据目录（默认 ./likeness-data）' },
  },
  {
    flag: '--json',
    meaning: { en: 'answer with one JSON object on stdout', zh: '在 stdout 输出一个 JSON 对象' },
  },
  { flag: '--lang <en|zh>', meaning: { en: 'language of the texts', zh: '界面语言' } },
  { flag: '--config <file>', meaning: { en: 'configuration file', zh: '配置文件' } },
  {
    flag: '--time-zone <name>',
    meaning: { en: 'the shop’s time zone, e.g. Asia/Shanghai', zh: '店铺时区，例如 Asia/Shanghai' },
  },
  { flag: '--seed <n>', meaning: { en: 'seed of every random choice', zh: '随机种子' } },
]

const afterHelp: Bilingual = {
  en: 'Every command takes --data, --json, --lang, --config, --time-zone and --seed; `likeness COMMAND --help` tells more.',
  zh: '每个命令都接受 --data、--json、--lang、--config、--time-zone 与 --seed；详见 `likeness 命令 --help`。',
}

/** The command line in one language; parsing it runs the chosen command. */
export function createProgram(
  handlers: ProgramHandlers,
  language: Language,
  version: string,
): CommanderCommand {
  const text = (bilingual: Bilingual) => bilingual[language]
  const program = new CommanderCommand('likeness')
    .description(text({ en: 'A living profile of every shopper.', zh: '为每位顾客建立鲜活的画像。' }))
    .version(version, '--version', text({ en: 'print the version', zh: '显示版本' }))
  prepare(program, language)
  program.addHelpText('after', `\n${text(afterHelp)}`)
  const groups = new Map<string, CommanderCommand>()
  for (const each of [...handlers.longCommands, ...handlers.commands]) {
    const command = addCommand(program, groups, each, language)
    command.action(async (...given: unknown[]) => {
      const positional = given.slice(0, -2) as CommandArguments['positional']
      const args = { positional, flags: command.optsWithGlobals(), language }
      await ('run' in each ? each.run(args) : handlers.onCommand(each, args))
    })
  }
  return program
}

function addCommand(
  program: CommanderCommand,
  groups: Map<string, CommanderCommand>,
  { name, positional = [], meaning, flags }: Omit<Command, 'toCall'>,
  language: Language,
): CommanderCommand {
  const words = name.split(' ')
  const parent = words.length === 1 ? program : groupOf(program, groups, words[0] ?? '', language)
  const command = parent.command(words.at(-1) ?? '').description(meaning[language])
  prepare(command, language)
  for (const { notation, meaning } of positional) command.argument(notation, meaning[language])
  for (const flag of [...flags, ...commonFlags]) command.addOption(toOption(flag, language))
  return command
}

function groupOf(
  program: CommanderCommand,
  groups: Map<string, CommanderCommand>,
  word: string,
  language: Language,
): CommanderCommand {
  const known = groups.get(word)
  if (known) return known
  const meanings: Readonly<Record<string, Bilingual>> = {
    profile: { en: 'one person, or those who fit', zh: '查看或查找顾客画像' },
    features: { en: 'the features of profiles', zh: '画像特征' },
    quarantine: { en: 'rows that were set aside', zh: '被隔离的数据行' },
    models: { en: 'the fitted models', zh: '已训练的模型' },
    sources: { en: 'who may send events', zh: '事件来源与写入密钥' },
  }
  const group = program.command(word).description(meanings[word]?.[language] ?? '')
  prepare(group, language)
  groups.set(word, group)
  return group
}

function toOption({ flag, meaning, isList }: Flag, language: Language): Option {
  const option = new Option(flag, meaning[language])
  return isList
    ? option.argParser((value: string, previous: readonly string[] | undefined) => [
        ...(previous ?? []),
        value,
      ])
    : option
}

function prepare(command: CommanderCommand, language: Language): void {
  command
    .exitOverride()
    // Complaints are printed once, at the rim, in the chosen language.
    .configureOutput({ outputError: () => undefined })
    .helpOption('-h, --help', language === 'zh' ? '显示帮助' : 'show this help')
    .helpCommand(false)
    .configureHelp(helpStyle(language))
}
