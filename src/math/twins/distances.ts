import type { Kernels } from '../kernels.ts'
import type { SharedMemory } from '../web-assembly.ts'
import { doubleAt, floatAt, type Views, viewsOf, wordAt } from './views.ts'

const { fround } = Math
const noCluster = 0xffffffff
const above = 1 + 2 ** -23
const below = 1 - 2 ** -23
const farthestFloat = (2 - 2 ** -23) * 2 ** 127

/** The fields of `Assignment` in assembly/distances.ts as places of elements. */
type Problem = ReturnType<typeof readProblem>

function readProblem({ words }: Views, address: number) {
  const field = (index: number) => wordAt(words, address / 4 + index)
  return {
    rows32: field(0) / 4,
    rows64: field(1) / 8,
    centres32: field(2) / 4,
    centres64: field(3) / 8,
    assignments: field(4) / 4,
    upper: field(5) / 4,
    lower: field(6) / 4,
    shifts: field(7) / 8,
    margins: field(8) / 8,
    limits: field(9) / 8,
    columnCount: field(10),
    clusterCount: field(11),
    paddedCount: field(12),
    farthest: field(13),
  }
}

/** assembly/distances.ts in TypeScript, to the bit. */
export function createDistanceTwins(
  memory: SharedMemory,
): Pick<Kernels, 'assignRows' | 'measureOwn' | 'lowerToPoints32'> {
  return {
    assignRows(address, from, to, _list, out) {
      const views = viewsOf(memory)
      const problem = readProblem(views, address)
      const moves = out / 8
      const tail = moves + problem.clusterCount * (problem.columnCount + 1)
      views.doubles.fill(0, moves, tail + 3)
      for (let row = from; row < to; row++)
        if (!isHeld(views, problem, row)) settle(views, problem, row, { moves, tail })
    },
    measureOwn(address, from, to, out) {
      const views = viewsOf(memory)
      const problem = readProblem(views, address)
      for (let row = from; row < to; row++) {
        const own = wordAt(views.words, problem.assignments + row)
        views.doubles[out / 8 + row] = distance64(views, problem, row, own)
      }
    },
    lowerToPoints32(rows, from, to, columnCount, points, limits, out, outStride, sums) {
      const { floats, doubles } = viewsOf(memory)
      doubles.fill(0, sums / 8, sums / 8 + 4)
      for (let row = from; row < to; row += 4)
        for (let lane = 0; lane < 4; lane++) {
          const place = (out + lane * outStride) / 4 + row
          for (let index = 0; index < 4; index++) {
            const start = rows / 4 + (row + index) * columnCount
            const distance = distance32(floats, start, { at: points / 4 + lane, stride: 4, columnCount })
            floats[place + index] = Math.min(floatAt(floats, limits / 4 + row + index), distance)
          }
          const even = floatAt(floats, place) + floatAt(floats, place + 2)
          const odd = floatAt(floats, place + 1) + floatAt(floats, place + 3)
          doubles[sums / 8 + lane] = doubleAt(doubles, sums / 8 + lane) + (even + odd)
        }
    },
  }
}

function isHeld({ floats, doubles, words }: Views, problem: Problem, row: number): boolean {
  const own = wordAt(words, problem.assignments + row)
  if (own === noCluster) return false
  const shift = doubleAt(doubles, problem.limits + (own === problem.farthest ? 1 : 0))
  const upper = fround(
    (floatAt(floats, problem.upper + row) + doubleAt(doubles, problem.shifts + own)) * above,
  )
  const lower = fround((floatAt(floats, problem.lower + row) - shift) * below)
  floats[problem.upper + row] = upper
  floats[problem.lower + row] = lower
  return upper <= Math.max(doubleAt(doubles, problem.margins + own), lower)
}

type Out = { readonly moves: number; readonly tail: number }

function settle(views: Views, problem: Problem, row: number, out: Out): void {
  const { floats, doubles, words } = views
  doubles[out.tail + 1] = doubleAt(doubles, out.tail + 1) + 1
  let { nearest, upper, lower } = bound(views, problem, measureTwo(floats, problem, row))
  if (!(upper < lower) && problem.clusterCount > 1) {
    const relative = doubleAt(doubles, problem.limits + 3)
    const exact = measureExactly(views, problem, row)
    nearest = exact.nearest
    upper = fround(Math.sqrt(exact.best) * (1 + relative))
    lower = fround(Math.sqrt(exact.next) * (1 - relative))
    doubles[out.tail + 2] = doubleAt(doubles, out.tail + 2) + 1
  }
  floats[problem.upper + row] = upper
  floats[problem.lower + row] = lower
  const own = wordAt(words, problem.assignments + row)
  if (own === nearest) return
  words[problem.assignments + row] = nearest
  doubles[out.tail] = doubleAt(doubles, out.tail) + 1
  if (own !== noCluster) move(doubles, problem, { row, cluster: own, sign: -1, moves: out.moves })
  move(doubles, problem, { row, cluster: nearest, sign: 1, moves: out.moves })
}

type Found = { readonly nearest: number; readonly best: number; readonly next: number }

function measureTwo(floats: Float32Array, problem: Problem, row: number): Found {
  const { columnCount, paddedCount } = problem
  let [nearest, best, next] = [0, farthestFloat, farthestFloat]
  for (let cluster = 0; cluster < paddedCount; cluster++) {
    const centre = { at: problem.centres32 + cluster, stride: paddedCount, columnCount }
    const distance = distance32(floats, problem.rows32 + row * columnCount, centre)
    if (distance < best) {
      next = best
      best = distance
      nearest = cluster
    } else if (distance < next) next = distance
  }
  return { nearest, best, next }
}

function bound({ doubles }: Views, { limits }: Problem, { nearest, best, next }: Found) {
  const absolute = fround(doubleAt(doubles, limits + 2))
  const relative = fround(doubleAt(doubles, limits + 3))
  const near = fround(fround(Math.sqrt(best)) * fround(1 + relative))
  const far = fround(fround(Math.sqrt(next)) * fround(1 - relative))
  return { nearest, upper: fround(near + absolute), lower: fround(far - absolute) }
}

function measureExactly(views: Views, problem: Problem, row: number): Found {
  let [nearest, best, next] = [0, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  for (let cluster = 0; cluster < problem.clusterCount; cluster++) {
    const distance = distance64(views, problem, row, cluster)
    if (distance < best) {
      next = best
      best = distance
      nearest = cluster
    } else if (distance < next) next = distance
  }
  return { nearest, best, next }
}

type Move = { readonly row: number; readonly cluster: number; readonly sign: 1 | -1; readonly moves: number }

function move(doubles: Float64Array, problem: Problem, { row, cluster, sign, moves }: Move): void {
  const { columnCount, clusterCount, rows64 } = problem
  for (let column = 0; column < columnCount; column++) {
    const place = moves + cluster * columnCount + column
    const value = doubleAt(doubles, rows64 + row * columnCount + column)
    doubles[place] = doubleAt(doubles, place) + sign * value
  }
  const count = moves + clusterCount * columnCount + cluster
  doubles[count] = doubleAt(doubles, count) + sign
}

type Centre = { readonly at: number; readonly stride: number; readonly columnCount: number }

function distance32(floats: Float32Array, row: number, { at, stride, columnCount }: Centre): number {
  let sum = 0
  for (let column = 0; column < columnCount; column++) {
    const gap = fround(floatAt(floats, row + column) - floatAt(floats, at + column * stride))
    sum = fround(sum + fround(gap * gap))
  }
  return sum
}

function distance64({ doubles }: Views, problem: Problem, row: number, cluster: number): number {
  const { columnCount } = problem
  const [values, centre] = [problem.rows64 + row * columnCount, problem.centres64 + cluster * columnCount]
  const square = (column: number) =>
    (doubleAt(doubles, values + column) - doubleAt(doubles, centre + column)) ** 2
  let [even, odd] = [0, 0]
  let column = 0
  for (; column + 1 < columnCount; column += 2) {
    even += square(column)
    odd += square(column + 1)
  }
  return column < columnCount ? even + odd + square(column) : even + odd
}
