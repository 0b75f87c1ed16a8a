import type { Dimension } from './onnx-model.ts'

export type Shape = readonly Dimension[]

/** The shape in words: `rows × 50 × 64`; of a single number, `one number`. */
export function describeShape(shape: Shape): string {
  return shape.length === 0 ? 'one number' : shape.join(' × ')
}

export function isSameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis])
}

/** The shape of a and b taken together element by element: sizes of 1 stretch. Undefined where they do not fit. */
export function broadcastShape(a: Shape, b: Shape): Shape | undefined {
  const rank = Math.max(a.length, b.length)
  const [left, right] = [padShape(a, rank), padShape(b, rank)]
  const joined: Dimension[] = []
  for (const [axis, size] of left.entries()) {
    const other = right[axis] ?? 1
    if (size !== other && size !== 1 && other !== 1) return undefined
    joined.push(size === 1 ? other : size)
  }
  return joined
}

/** Axes along which `from` was stretched to become `to`, as axes of `to`. */
export function stretchedAxes(from: Shape, to: Shape): number[] {
  const padded = padShape(from, to.length)
  return [...to.keys()].filter((axis) => padded[axis] === 1 && to[axis] !== 1)
}

/** All sizes multiplied; names are joined as they are (`rows·50`). */
export function productOf(shape: Shape): Dimension {
  const parts = shape.flatMap((size) => String(size).split('·'))
  const names = parts.filter((part) => !/^\d+$/.test(part))
  const size = parts.reduce((product, part) => (/^\d+$/.test(part) ? product * Number(part) : product), 1)
  if (names.length === 0) return size
  return size === 1 ? names.join('·') : `${names.join('·')}·${size}`
}

/** Counts axes from the end where they are negative. Undefined where there is no such axis. */
export function axisOf(shape: Shape, axis: number): number | undefined {
  const place = axis < 0 ? shape.length + axis : axis
  return Number.isInteger(place) && place >= 0 && place < shape.length ? place : undefined
}

function padShape(shape: Shape, rank: number): Shape {
  return [...Array<number>(rank - shape.length).fill(1), ...shape]
}
