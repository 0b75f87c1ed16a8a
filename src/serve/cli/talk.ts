import { SingleBar } from 'cli-progress'
import { AppError, errorTexts } from '../../core/errors.ts'
import type { Language } from '../../core/language.ts'
import type { Progress } from '../../core/progress.ts'

/** Where the command line talks while it works: stderr, so that stdout holds answers alone. */
export type Talk = {
  say(line: string): void
  readonly progress: Progress
  /** Ends a bar that is on the screen. */
  finish(): void
}

/** One bar on a terminal, gone when its work is done; elsewhere one line as each stage begins. */
export function createTalk(language: Language, stream: NodeJS.WriteStream): Talk {
  let stageName: string | undefined
  let bar: SingleBar | undefined
  const finish = () => {
    bar?.stop()
    bar = undefined
    stageName = undefined
  }
  const begin = (name: string, total: number | undefined) => {
    finish()
    stageName = name
    if (!stream.isTTY) {
      stream.write(`${name} …\n`)
      return
    }
    const format =
      total === undefined ? '{stage} … {value} {unit}' : '{bar} {percentage}% {stage} {value}/{total} {unit}'
    bar = new SingleBar({
      format,
      stream,
      hideCursor: true,
      clearOnComplete: true,
      barsize: 24,
      barCompleteChar: '█',
      barIncompleteChar: '░',
    })
    bar.start(total ?? 0, 0, { stage: name, unit: '' })
  }
  const progress: Progress = ({ stage, done, total, unit }) => {
    const name = stage[language]
    if (name !== stageName) begin(name, total)
    if (total !== undefined) bar?.setTotal(total)
    bar?.update(done, { stage: name, unit: unit ?? '' })
  }
  const say = (line: string) => {
    finish()
    stream.write(`${line}\n`)
  }
  return { say, progress, finish }
}

/** An error as a person reads it: what, expected and received, where, and what to do next. */
export function describeError(error: unknown, language: Language): string {
  if (!(error instanceof AppError)) {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
    const title = { en: 'A fault in Likeness itself; please report it', zh: 'Likeness 内部错误，请反馈' }
    return `${title[language]}:\n${detail}`
  }
  const words = {
    expected: { en: 'expected', zh: '期望' },
    received: { en: 'received', zh: '收到' },
    where: { en: 'where', zh: '位置' },
  }
  const details = (['expected', 'received', 'where'] as const)
    .filter((key) => error[key] !== undefined)
    .map((key) => `  ${words[key][language]}: ${error[key]}`)
  const head = `${errorTexts[error.code].meaning[language]} (${error.code}): ${error.text[language]}`
  return [head, ...details, `→ ${error.wayOut[language]}`].join('\n')
}
