import { AppError } from '../../core/errors.ts'
import type { Language } from '../../core/language.ts'
import { holdsData, openEngine } from '../compose.ts'
import { type Config, loadConfig, terminalLanguage } from '../config.ts'
import type { Operation } from '../operation.ts'
import { runRemotely } from '../remote-operation.ts'
import { pick } from '../render.ts'
import { findServer } from '../running-server.ts'
import type { Command, CommandArguments } from './command.ts'
import { configFileOf, configFlags } from './config-flags.ts'
import type { ExitCode } from './exit-code.ts'
import { createTalk } from './talk.ts'

/** Runs one command where the data directory is owned, prints its answer and tells the exit code. */
export async function runCommand(
  command: Command,
  args: CommandArguments,
  signal: AbortSignal,
): Promise<ExitCode> {
  const { operation, input } = command.toCall(args)
  const config = await loadConfig(configFlags(args.flags), configFileOf(args.flags))
  const language: Language = config.lang ?? terminalLanguage()
  const talk = createTalk(language, process.stderr)
  const context = { progress: talk.progress, signal }
  try {
    const server = await findServer(config.data)
    if (server && (args.flags.timeZone ?? args.flags.seed) !== undefined) {
      talk.say(
        pick(language)(
          'A server owns the data: its own time zone and seed hold, not those given here.',
          '数据由正在运行的服务管理：以该服务的时区与种子为准，此处给出的不生效。',
        ),
      )
    }
    const output = server
      ? await runRemotely(server, operation.name, input, context)
      : await runHere(operation, input, config, context)
    talk.finish()
    console.log(
      args.flags.json === true ? JSON.stringify(output, null, 2) : operation.render(output, language),
    )
    const note = operation.note?.(output, language)
    if (note !== undefined) talk.say(note)
    return operation.isPartial?.(output) === true ? 5 : 0
  } finally {
    talk.finish()
  }
}

async function runHere(
  operation: Operation,
  input: unknown,
  config: Config,
  context: { progress: Parameters<typeof runRemotely>[3]['progress']; signal: AbortSignal },
): Promise<unknown> {
  if (operation.startsEmpty !== true) refuseEmptyDirectory(config)
  await using engine = await openEngine(config)
  // A server that was stopped or killed may have left calls that are acknowledged and not yet in the history.
  await engine.fold.drain(context.signal)
  return await operation.run(operation.input.parse(input), { engine, ...context })
}

/** A misspelt folder is told, not made. */
function refuseEmptyDirectory(config: Config): void {
  if (holdsData(config)) return
  throw new AppError(
    'not_built',
    { en: `there are no data in ${config.data}`, zh: `${config.data} 中没有数据` },
    {
      where: config.data,
      wayOut: {
        en: 'Name another folder with --data, or import first: likeness import FILE --as FORMAT.',
        zh: '请用 --data 指定其他目录，或先导入：likeness import FILE --as FORMAT。',
      },
    },
  )
}
