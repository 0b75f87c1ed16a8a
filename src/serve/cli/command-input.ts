import { AppError } from '../../core/errors.ts'
import type { Language } from '../../core/language.ts'
import type { Operation } from '../operation.ts'
import { findProblems } from '../schema-problems.ts'
import type { CommandArguments } from './command.ts'

/**
 * Checks the words by the operation's own schema.
 * @throws AppError 'bad_usage' naming what does not fit.
 */
export function call<Input, Output>(operation: Operation<Input, Output>, input: unknown) {
  const parsed = operation.input.safeParse(input)
  if (parsed.success) return { operation: operation as Operation, input: parsed.data }
  const problems = findProblems(operation.input, input)
  const say = (language: Language) =>
    problems.map(({ path, text }) => `${path.join('.')}: ${text[language]}`).join('; ')
  throw new AppError('bad_usage', { en: say('en'), zh: say('zh') })
}

export function oneFileOnly(count: number): AppError {
  return new AppError(
    'bad_usage',
    { en: '--guess reads one file', zh: '--guess 一次只读取一个文件' },
    { expected: '1', received: String(count) },
  )
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

export function textAt(positional: CommandArguments['positional'], index: number): string {
  return textOf(positional[index]) ?? ''
}

/** `KIND:ID`; the kind of a third party's id has a colon of its own (`external:wechat:o6_bmj`). */
export function identityAt(
  positional: CommandArguments['positional'],
  index: number,
): { kind: string; id: string } {
  const stated = textAt(positional, index)
  const [, kind, id] = /^(external:[^:]+|[a-z_]+):(.+)$/.exec(stated) ?? []
  if (kind !== undefined && id !== undefined) return { kind, id }
  throw new AppError(
    'bad_usage',
    { en: `'${stated}' names no id`, zh: `“${stated}” 不是编号` },
    { expected: 'KIND:ID', received: stated },
  )
}

export function listAt(positional: CommandArguments['positional'], index: number): readonly string[] {
  const value = positional[index]
  return typeof value === 'string' ? [value] : (value ?? [])
}

export function numberOf(value: unknown, fallback: number, flag: string): number {
  if (value === undefined) return fallback
  const number = Number(value)
  if (Number.isFinite(number)) return number
  throw new AppError(
    'bad_usage',
    { en: `${flag} takes a number`, zh: `${flag} 需要数字` },
    { received: String(value) },
  )
}

/** What was worked out is all that can be taken out so far; the flag says that the caller knows. */
export function scopeOf(flags: CommandArguments['flags']): 'derived' {
  if (flags.derived === true) return 'derived'
  throw new AppError(
    'bad_usage',
    {
      en: 'events and identities cannot be erased or exported yet, only what was worked out from them',
      zh: '目前只能删除或导出推算结果，事件与身份尚不支持',
    },
    { expected: '--derived' },
  )
}
