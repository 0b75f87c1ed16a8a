import { AppError } from '../core/errors.ts'
import type { Random } from '../math/random.ts'

/** The numbers that a setting may be. `log-uniform` tries .001 to .01 as often as .1 to 1; both ends belong to it. */
type NumberRange = {
  readonly kind: 'uniform' | 'log-uniform' | 'integer' | 'log-integer'
  readonly low: number
  readonly high: number
}

/** Values without an order. */
export type Choice<Value> = { readonly kind: 'choice'; readonly values: readonly Value[] }

/** What is tried of each setting; a setting that is not named keeps the learner's standard. */
export type SearchSpace<Settings extends object> = {
  readonly [Name in keyof Settings]?: NonNullable<Settings[Name]> extends number
    ? NumberRange | Choice<NonNullable<Settings[Name]>>
    : Choice<NonNullable<Settings[Name]>>
}

/** One setting of a space, whatever the learner. */
export type Dimension = { readonly name: string } & (NumberRange | Choice<unknown>)

/**
 * The settings of a space in the order of their names, so that a point means the same whatever order they were written in.
 * @throws AppError 'bad_input' for a range that holds nothing.
 */
export function dimensionsOf<Settings extends object>(space: SearchSpace<Settings>): Dimension[] {
  const entries = Object.entries(space) as [string, NumberRange | Choice<unknown>][]
  return entries
    .map(([name, range]) => checkRange({ name, ...range }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** A place in the unit cube, a coordinate in [0, 1) for each dimension. */
export function drawPoint(dimensions: readonly Dimension[], random: Random): number[] {
  return dimensions.map(() => random.next())
}

/** The settings of a point in the unit cube. */
export function settingsAt(
  dimensions: readonly Dimension[],
  point: readonly number[],
): Record<string, unknown> {
  return Object.fromEntries(
    dimensions.map((dimension, index) => [dimension.name, valueAt(dimension, point[index] ?? 0)]),
  )
}

/** Which of a choice's values a coordinate stands for. */
export function choiceAt({ values }: Choice<unknown>, coordinate: number): number {
  return Math.min(values.length - 1, Math.floor(coordinate * values.length))
}

function valueAt(dimension: Dimension, coordinate: number): unknown {
  if (dimension.kind === 'choice') return dimension.values[choiceAt(dimension, coordinate)]
  const { kind, low, high } = dimension
  switch (kind) {
    case 'uniform':
      return low + coordinate * (high - low)
    case 'log-uniform':
      return low * (high / low) ** coordinate
    case 'integer':
      return Math.min(high, low + Math.floor(coordinate * (high - low + 1)))
    case 'log-integer':
      // Each whole number holds what rounds to it.
      return clamp(Math.round((low - 0.5) * ((high + 0.5) / (low - 0.5)) ** coordinate), low, high)
    default:
      return kind satisfies never
  }
}

function checkRange(dimension: Dimension): Dimension {
  const { name } = dimension
  if (dimension.kind === 'choice') {
    if (dimension.values.length > 0) return dimension
    throw new AppError('bad_input', `the setting '${name}' has no values to choose from`)
  }
  const { kind, low, high } = dimension
  const isWhole = Number.isInteger(low) && Number.isInteger(high)
  const isRange = Number.isFinite(low) && Number.isFinite(high) && low <= high
  if (!isRange || (kind.endsWith('integer') && !isWhole) || (kind.startsWith('log') && low <= 0))
    throw new AppError('bad_input', `the range of the setting '${name}' holds nothing to try`, {
      expected: kind.startsWith('log') ? '0 < low <= high' : 'low <= high',
      received: `${kind} ${low}..${high}`,
    })
  return dimension
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value))
}
