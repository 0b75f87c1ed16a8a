import type { ZodType } from 'zod'
import type { Language } from '../core/language.ts'
import type { Progress } from '../core/progress.ts'
import type { Engine } from './engine.ts'

export type OperationContext = {
  readonly engine: Engine
  readonly progress: Progress
  readonly signal: AbortSignal
}

/**
 * One thing a person can ask for. The command line runs it in its own process or, when a server owns the data
 * directory, in that server; either way the output is the JSON object that `--json` prints.
 */
export type Operation<Input = unknown, Output = unknown> = {
  readonly name: string
  readonly input: ZodType<Input>
  run(input: Input, context: OperationContext): Promise<Output>
  /** Whether it makes sense where nothing was stored yet: then the data directory is made. */
  readonly startsEmpty?: boolean
  /** The output as a person at a terminal reads it. */
  render(output: Output, language: Language): string
  /** What to do with the output or about it; talk, beside the answer, so that the answer can go to a file. */
  note?(output: Output, language: Language): string | undefined
  /** Whether only a part was done (exit code 5). */
  isPartial?(output: Output): boolean
}
