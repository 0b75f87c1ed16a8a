import type { Bilingual, Language } from '../../core/language.ts'
import type { Operation } from '../operation.ts'

/** A flag of a command; `flag` is commander's notation, e.g. `--out <file>`. */
export type Flag = {
  readonly flag: string
  readonly meaning: Bilingual
  /** May be given more than once; the values arrive as a list. */
  readonly isList?: boolean
}

/** A word that follows the command; `notation` is commander's for one, e.g. `<id>`, `[models...]`. */
export type Positional = { readonly notation: string; readonly meaning: Bilingual }

export type CommandArguments = {
  /** The positional arguments in order; a variadic one is a list. */
  readonly positional: readonly (string | readonly string[] | undefined)[]
  readonly flags: Readonly<Record<string, unknown>>
  readonly language: Language
}

/** One command of the command line: its words, and how they become the input of an operation. */
export type Command = {
  /** e.g. `profile get`. */
  readonly name: string
  readonly positional?: readonly Positional[]
  readonly meaning: Bilingual
  readonly flags: readonly Flag[]
  /** Which operation the words ask for, and its input. */
  toCall(args: CommandArguments): { readonly operation: Operation; readonly input: unknown }
}
