import { AppError } from '../../core/errors.ts'
import type { CommandArguments } from './command.ts'

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

/** Parted by commas. */
export function wordsOf(value: unknown): readonly string[] {
  const words = (textOf(value) ?? '').split(',').map((word) => word.trim())
  return words.filter((word) => word !== '')
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
