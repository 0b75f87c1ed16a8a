import { isUnfit } from './call-ids.ts'
import { parseNumber } from './number-text.ts'
import { describeProblem, isObject, type JsonObject } from './parsed-call.ts'

const maxShortLength = 255

/**
 * One object of a call while it is read into columns: it remembers which keys found a column, so that the rest can be
 * kept, and what was wrong. Where the event is not of the vocabulary (`isStrict` false) a key may mean anything, so a
 * value that does not fit its column is left among the rest instead.
 */
export type Fields = {
  readonly values: JsonObject
  /** The path of the object in the call. */
  readonly where: string
  readonly isStrict: boolean
  readonly taken: string[]
  /** Shared by all objects of a call; the first is what the quarantine shows. */
  readonly problems: string[]
}

/** From `min` (0 when absent) to `max`. */
type NumberRange = { readonly min?: number; readonly max: number; readonly expected: string }

/** An id, code or name: the first of the keys that holds a text or a number. Empty when none does. */
export function takeShortText(fields: Fields, keys: readonly string[]): string {
  for (const key of keys) {
    const text = readText(fields.values[key])
    if (text === '') continue
    if (text.length <= maxShortLength && !isUnfit(text)) return take(fields, key, text)
    reject(fields, key, `at most ${maxShortLength} characters and no control characters`)
  }
  return ''
}

/** Words of any length: the first of the keys that holds a text, a number, a truth value or a list of such. */
export function takeWords(fields: Fields, keys: readonly string[]): string {
  for (const key of keys) {
    const value = fields.values[key]
    const text = Array.isArray(value) ? value.map(readText).filter(Boolean).join(', ') : readText(value)
    if (text !== '') return take(fields, key, text)
    if (typeof value === 'boolean') return take(fields, key, String(value))
  }
  return ''
}

/** The number at the first of the keys that holds anything; undefined when none does or it is out of range. */
export function takeNumber(fields: Fields, keys: readonly string[], range: NumberRange): number | undefined {
  for (const key of keys) {
    const value = fields.values[key]
    if (value === undefined || value === null || value === '') continue
    const number = parseNumber(value)
    if (number !== undefined && number >= (range.min ?? 0) && number <= range.max)
      return take(fields, key, number)
    reject(fields, key, range.expected)
  }
  return undefined
}

/** A whole number from 0 to `max`; anything else is no matter and stays among the rest. */
export function takeWhole(fields: Fields, keys: readonly string[], max: number): number | undefined {
  for (const key of keys) {
    const value = fields.values[key]
    if (value === undefined || value === null) continue
    const number = parseNumber(value)
    if (number !== undefined && Number.isInteger(number) && number >= 0 && number <= max) {
      return take(fields, key, number)
    }
  }
  return undefined
}

/** The objects of the first key that holds a list of them; undefined when there are none. */
export function takeObjects(fields: Fields, keys: readonly string[]): readonly JsonObject[] | undefined {
  for (const key of keys) {
    const value = fields.values[key]
    if (value === undefined || value === null) continue
    if (Array.isArray(value) && value.every(isObject)) return nonEmpty(take(fields, key, value))
    reject(fields, key, 'a list of objects')
  }
  return undefined
}

export function take<T>(fields: Fields, key: string, value: T): T {
  fields.taken.push(key)
  return value
}

/** Says what is wrong at a key, where the vocabulary gives the key a meaning. */
export function reject(fields: Fields, key: string, expected: string): void {
  if (!fields.isStrict) return
  fields.problems.push(describeProblem(`${fields.where}.${key}`, expected, fields.values[key]))
}

/** What found no column, or undefined when everything did. */
export function restOf(fields: Fields): Record<string, unknown> | undefined {
  let rest: Record<string, unknown> | undefined
  for (const key in fields.values) {
    if (fields.taken.includes(key)) continue
    rest ??= {}
    rest[key] = fields.values[key]
  }
  return rest
}

/**
 * A text without the white space around it, or a number as text; empty for anything else. Half a surrogate pair is
 * no character (a database refuses the whole insert for it), so it becomes U+FFFD.
 */
export function readText(value: unknown): string {
  if (typeof value === 'string') return value.trim().toWellFormed()
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : ''
}

function nonEmpty<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list
}
