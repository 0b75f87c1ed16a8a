import { AppError } from '../../core/errors.ts'
import { type Language, languages } from '../../core/language.ts'
import { terminalLanguage } from '../config.ts'
import { productVersion } from '../version.ts'
import { commands } from './commands.ts'
import { exitCodeOf } from './exit-code.ts'
import { longCommands } from './long-commands.ts'
import { createProgram } from './program.ts'
import { runCommand } from './run-command.ts'
import { describeError } from './talk.ts'
import { toUsageError } from './usage-error.ts'

/** The command line: parses, runs, prints, and leaves the exit code behind. */
export async function main(args: readonly string[]): Promise<void> {
  const language = languageOf(args)
  const stopper = createStopper()
  const program = createProgram(
    {
      commands,
      longCommands: longCommands(stopper.signal),
      onCommand: async (command, given) => {
        process.exitCode = await runCommand(command, given, stopper.signal)
      },
    },
    language,
    productVersion(),
  )
  try {
    await program.parseAsync([...args], { from: 'user' })
  } catch (error) {
    process.exitCode = report(error, language, args.includes('--json'))
  } finally {
    stopper.release()
  }
}

/** Known before the words are parsed, because the help is written in it. */
function languageOf(args: readonly string[]): Language {
  const index = args.findIndex((arg) => arg === '--lang' || arg.startsWith('--lang='))
  const given = args[index]?.split('=')[1] ?? (index === -1 ? undefined : args[index + 1])
  return languages.find((language) => language === given) ?? terminalLanguage()
}

/** The first Ctrl-C stops the work and cleans up; the second ends the process at once. */
function createStopper(): { signal: AbortSignal; release(): void } {
  const controller = new AbortController()
  const stop = () => {
    if (controller.signal.aborted) process.exit(130)
    controller.abort(new Error('interrupted'))
  }
  const names = ['SIGINT', 'SIGTERM'] as const
  for (const name of names) process.on(name, stop)
  return {
    signal: controller.signal,
    release: () => {
      for (const name of names) process.off(name, stop)
    },
  }
}

function report(error: unknown, language: Language, isJson: boolean): number {
  const known = isCommanderError(error) ? toUsageError(error) : error
  if (known === undefined) return 0
  process.stderr.write(`${describeError(known, language)}\n`)
  if (isJson && known instanceof AppError) {
    const { code, text, wayOut, expected, received, where } = known
    console.log(JSON.stringify({ error: { code, text, expected, received, where, wayOut } }, null, 2))
  }
  return exitCodeOf(known)
}

function isCommanderError(error: unknown): boolean {
  return error instanceof Error && error.name === 'CommanderError'
}
