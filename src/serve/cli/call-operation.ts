import { AppError } from '../../core/errors.ts'
import type { Language } from '../../core/language.ts'
import type { Operation } from '../operation.ts'
import { findProblems } from '../schema-problems.ts'
import type { Command } from './command.ts'

/**
 * What the words of a command ask for. Checks them by the operation's own schema.
 * @throws AppError 'bad_usage' naming what does not fit.
 */
export function callOperation<Input, Output>(
  operation: Operation<Input, Output>,
  input: unknown,
): ReturnType<Command['toCall']> {
  const parsed = operation.input.safeParse(input)
  if (parsed.success) return { operation: operation as Operation, input: parsed.data }
  const problems = findProblems(operation.input, input)
  const say = (language: Language) =>
    problems.map(({ path, text }) => `${path.join('.')}: ${text[language]}`).join('; ')
  throw new AppError('bad_usage', { en: say('en'), zh: say('zh') })
}
