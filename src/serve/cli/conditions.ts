import { AppError } from '../../core/errors.ts'
import type { NumberRange } from '../../profiles/find-profiles.ts'

/** `name=value`. */
export function parseTraitCondition(text: string | undefined): { name: string; value: string } | undefined {
  if (text === undefined) return undefined
  const [name, value] = split(text, 'country=Iceland')
  return { name, value }
}

/** `name=low..high`; a side may be left open, and a single number is both. */
export function parseFeatureCondition(
  text: string | undefined,
): ({ name: string } & NumberRange) | undefined {
  if (text === undefined) return undefined
  const [name, range] = split(text, 'spend=1000..')
  return { name, ...parseRange(range, text) }
}

/** `model/days=low..high`, or `model=low..high` for a score without a horizon. */
export function parseScoreCondition(
  text: string | undefined,
): ({ model: string; horizonDays: number } & NumberRange) | undefined {
  if (text === undefined) return undefined
  const [name, range] = split(text, 'propensity/90=0.5..')
  const [model = '', days = '0'] = name.split('/')
  const horizonDays = Number(days)
  if (!Number.isInteger(horizonDays) || horizonDays < 0) throw malformed(text, 'propensity/90=0.5..')
  return { model, horizonDays, ...parseRange(range, text) }
}

function split(text: string, example: string): [string, string] {
  const at = text.indexOf('=')
  if (at < 1) throw malformed(text, example)
  return [text.slice(0, at), text.slice(at + 1)]
}

/** JSON and the wire know no infinity: an open side is the largest number there is. */
function parseRange(range: string, text: string): NumberRange {
  const parts = range.includes('..') ? range.split('..') : [range, range]
  const [low = '', high = ''] = parts
  const bounds = {
    low: low === '' ? -Number.MAX_VALUE : Number(low),
    high: high === '' ? Number.MAX_VALUE : Number(high),
  }
  if (parts.length !== 2 || range === '' || !Number.isFinite(bounds.low) || !Number.isFinite(bounds.high))
    throw malformed(text, 'name=1..5, name=1.. or name=..5')
  return bounds
}

function malformed(received: string, expected: string): AppError {
  return new AppError(
    'bad_usage',
    { en: 'a condition cannot be read', zh: '条件无法识别' },
    { expected, received },
  )
}
