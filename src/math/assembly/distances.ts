/** What `assignRows` works on: addresses and counts, each 32 bits wide, in this order. */
@unmanaged
export class Assignment {
  /** [rows × columns] float32 and the same in float64. */
  rows32: usize
  rows64: usize
  /** [columns × paddedCount] float32, a column of centres after the other; centres that fill up lie far away. */
  centres32: usize
  /** [clusters × columns] float64. */
  centres64: usize
  /** Of each row: its cluster, or `noCluster`; float32: at least its distance to it, at most that to any other centre. */
  assignments: usize
  upper: usize
  lower: usize
  /** Of each centre, float64: how far it moved since the bounds were set, and half its distance to the next centre. */
  shifts: usize
  margins: usize
  /** Float64: the longest shift, the longest of the others, and what a distance of float32 may be off, absolute and relative. */
  limits: usize
  columnCount: i32
  clusterCount: i32
  paddedCount: i32
  /** The cluster of the longest shift. */
  farthest: i32
}

const noCluster: u32 = 0xffffffff
/** Bounds are kept in float32 and widened by more than that rounds: it may be off by 2⁻²⁴ of a bound. */
const above: f64 = 1 + 1 / 8388608.0
const below: f64 = 1 - 1 / 8388608.0

/**
 * Puts each of the rows [from, to) into the cluster of its nearest centre. Bounds rule out rows that cannot change (Hamerly,
 * 2010); of the rest, listed first, four rows by four centres are measured at a time in float32, and in float64 where two
 * centres are nearer to each other than float32 may be off.
 * @param list room for to − from + 4 row numbers of 32 bits
 * @param moves out, float64: [clusters × columns] sums of rows that came less those that went, [clusters] how many, and how
 *   many changed, were measured and were measured in float64; with room for six more numbers.
 */
export function assignRows(problem: Assignment, from: i32, to: i32, list: usize, moves: usize): void {
  const count = listDoubtful(problem, from, to, list)
  const columnCount = problem.columnCount
  const tail = moves + ((<usize>(problem.clusterCount * (columnCount + 1))) << 3)
  memory.fill(moves, 0, tail + 24 - moves)
  if (count === 0) return
  for (let spare = 0; spare < 3; spare++)
    store<u32>(list + ((<usize>(count + spare)) << 2), load<u32>(list + ((<usize>(count - 1)) << 2)))
  for (let index = 0; index < count; index += 4) {
    const rows = list + ((<usize>index) << 2)
    findNearestTwo(problem, rows, tail + 24)
    const lanes = min(4, count - index)
    boundFour(problem, tail + 24)
    for (let lane = 0; lane < lanes; lane++)
      settleRow(
        problem,
        load<u32>(rows + ((<usize>lane) << 2)),
        tail + 24 + ((<usize>lane) << 2),
        moves,
        tail,
      )
  }
  store<f64>(tail, <f64>count, 8)
}

/** Lists the rows that their bounds do not hold in their cluster, having widened the bounds. @returns how many. */
function listDoubtful(problem: Assignment, from: i32, to: i32, list: usize): i32 {
  const assignments = problem.assignments
  const uppers = problem.upper
  const lowers = problem.lower
  const farthest: u32 = problem.farthest
  const longest = load<f64>(problem.limits)
  const longestOfOthers = load<f64>(problem.limits, 8)
  let end = list
  for (let row = from; row < to; row++) {
    const at: usize = (<usize>row) << 2
    const own = load<u32>(assignments + at)
    store<u32>(end, row)
    if (own === noCluster) {
      end += 4
      continue
    }
    const place: usize = (<usize>own) << 3
    const upper: f32 = <f32>((<f64>load<f32>(uppers + at) + load<f64>(problem.shifts + place)) * above)
    const shift = own === farthest ? longestOfOthers : longest
    const lower: f32 = <f32>((<f64>load<f32>(lowers + at) - shift) * below)
    store<f32>(uppers + at, upper)
    store<f32>(lowers + at, lower)
    end += <f64>upper <= max(load<f64>(problem.margins + place), <f64>lower) ? 0 : 4
  }
  return <i32>((end - list) >> 2)
}

/**
 * Of four rows the squared distance to the nearest centre, to the next one, and which the nearest is.
 * @param out [3 × 4]: float32, float32, 32 bits
 */
function findNearestTwo(problem: Assignment, rows: usize, out: usize): void {
  const rowBytes: usize = (<usize>problem.columnCount) << 2
  const first = problem.rows32 + <usize>load<u32>(rows) * rowBytes
  const second = problem.rows32 + <usize>load<u32>(rows, 4) * rowBytes
  const third = problem.rows32 + <usize>load<u32>(rows, 8) * rowBytes
  const fourth = problem.rows32 + <usize>load<u32>(rows, 12) * rowBytes
  v128.store(out, f32x4.splat(f32.MAX_VALUE))
  v128.store(out, f32x4.splat(f32.MAX_VALUE), 16)
  v128.store(out, i32x4.splat(0), 32)
  let group = 0
  for (; group + 8 <= problem.paddedCount; group += 8)
    measureEight(first, second, third, fourth, rowBytes, problem, group, out)
  if (group < problem.paddedCount) measureFour(first, second, third, fourth, rowBytes, problem, group, out)
}

/** Four rows and eight centres, whose sums fill half of the vector registers. */
function measureEight(
  first: usize,
  second: usize,
  third: usize,
  fourth: usize,
  rowBytes: usize,
  problem: Assignment,
  group: i32,
  out: usize,
): void {
  const stride: usize = (<usize>problem.paddedCount) << 2
  let centres = problem.centres32 + ((<usize>group) << 2)
  let low0 = f32x4.splat(0)
  let low1 = f32x4.splat(0)
  let low2 = f32x4.splat(0)
  let low3 = f32x4.splat(0)
  let high0 = f32x4.splat(0)
  let high1 = f32x4.splat(0)
  let high2 = f32x4.splat(0)
  let high3 = f32x4.splat(0)
  for (let at: usize = 0; at < rowBytes; at += 4) {
    const low = v128.load(centres)
    const high = v128.load(centres, 16)
    const value0 = v128.load32_splat(first + at)
    low0 = addSquare(low0, value0, low)
    high0 = addSquare(high0, value0, high)
    const value1 = v128.load32_splat(second + at)
    low1 = addSquare(low1, value1, low)
    high1 = addSquare(high1, value1, high)
    const value2 = v128.load32_splat(third + at)
    low2 = addSquare(low2, value2, low)
    high2 = addSquare(high2, value2, high)
    const value3 = v128.load32_splat(fourth + at)
    low3 = addSquare(low3, value3, low)
    high3 = addSquare(high3, value3, high)
    centres += stride
  }
  keepNearestTwo(low0, low1, low2, low3, group, out)
  keepNearestTwo(high0, high1, high2, high3, group + 4, out)
}

function addSquare(sum: v128, value: v128, centres: v128): v128 {
  const gap = f32x4.sub(value, centres)
  return f32x4.add(sum, f32x4.mul(gap, gap))
}

function measureFour(
  first: usize,
  second: usize,
  third: usize,
  fourth: usize,
  rowBytes: usize,
  problem: Assignment,
  group: i32,
  out: usize,
): void {
  const stride: usize = (<usize>problem.paddedCount) << 2
  let centres = problem.centres32 + ((<usize>group) << 2)
  let sum0 = f32x4.splat(0)
  let sum1 = f32x4.splat(0)
  let sum2 = f32x4.splat(0)
  let sum3 = f32x4.splat(0)
  for (let at: usize = 0; at < rowBytes; at += 4) {
    const lanes = v128.load(centres)
    sum0 = addSquare(sum0, v128.load32_splat(first + at), lanes)
    sum1 = addSquare(sum1, v128.load32_splat(second + at), lanes)
    sum2 = addSquare(sum2, v128.load32_splat(third + at), lanes)
    sum3 = addSquare(sum3, v128.load32_splat(fourth + at), lanes)
    centres += stride
  }
  keepNearestTwo(sum0, sum1, sum2, sum3, group, out)
}

/** Takes the distances of four rows to four centres, turned so that a lane is a row, into the nearest two. */
function keepNearestTwo(row0: v128, row1: v128, row2: v128, row3: v128, group: i32, out: usize): void {
  const low01 = v128.shuffle<f32>(row0, row1, 0, 4, 1, 5)
  const high01 = v128.shuffle<f32>(row0, row1, 2, 6, 3, 7)
  const low23 = v128.shuffle<f32>(row2, row3, 0, 4, 1, 5)
  const high23 = v128.shuffle<f32>(row2, row3, 2, 6, 3, 7)
  const first = v128.shuffle<f32>(low01, low23, 0, 1, 4, 5)
  const second = v128.shuffle<f32>(low01, low23, 2, 3, 6, 7)
  const third = v128.shuffle<f32>(high01, high23, 0, 1, 4, 5)
  const fourth = v128.shuffle<f32>(high01, high23, 2, 3, 6, 7)
  const clusters = i32x4.splat(group)
  const nearA = f32x4.pmin(first, second)
  const clusterA = v128.bitselect(i32x4.splat(group + 1), clusters, f32x4.lt(second, first))
  const nearB = f32x4.pmin(third, fourth)
  const clusterB = v128.bitselect(i32x4.splat(group + 3), i32x4.splat(group + 2), f32x4.lt(fourth, third))
  const far = f32x4.pmin(f32x4.pmax(first, second), f32x4.pmax(third, fourth))
  const near = f32x4.pmin(nearA, nearB)
  const cluster = v128.bitselect(clusterB, clusterA, f32x4.lt(nearB, nearA))
  const next = f32x4.pmin(f32x4.pmax(nearA, nearB), far)
  const best = v128.load(out)
  v128.store(out, f32x4.pmin(f32x4.pmax(best, near), f32x4.pmin(v128.load(out, 16), next)), 16)
  v128.store(out, v128.bitselect(cluster, v128.load(out, 32), f32x4.lt(near, best)), 32)
  v128.store(out, f32x4.pmin(best, near))
}

/** Makes bounds of the distances found: less than float32 may be off apart, they leave the nearest centre in doubt. */
function boundFour(problem: Assignment, found: usize): void {
  const absolute = f32x4.splat(<f32>load<f64>(problem.limits, 16))
  const relative = f32x4.splat(<f32>load<f64>(problem.limits, 24))
  const one = f32x4.splat(1)
  const near = f32x4.sqrt(v128.load(found))
  const next = f32x4.sqrt(v128.load(found, 16))
  const upper = f32x4.add(f32x4.mul(near, f32x4.add(one, relative)), absolute)
  const lower = f32x4.sub(f32x4.mul(next, f32x4.sub(one, relative)), absolute)
  v128.store(found, upper)
  v128.store(found, lower, 16)
}

/** Sets the bounds of a row by what was found of it, and moves it where it belongs. */
function settleRow(problem: Assignment, row: u32, found: usize, moves: usize, tail: usize): void {
  let nearest = load<u32>(found, 32)
  if (!(load<f32>(found) < load<f32>(found, 16)) && problem.clusterCount > 1) {
    nearest = measureExactly(problem, row, tail + 72)
    const relative = load<f64>(problem.limits, 24)
    store<f32>(found, <f32>(sqrt(load<f64>(tail, 72)) * (1 + relative)))
    store<f32>(found, <f32>(sqrt(load<f64>(tail, 80)) * (1 - relative)), 16)
    store<f64>(tail, load<f64>(tail, 16) + 1, 16)
  }
  const at: usize = (<usize>row) << 2
  store<f32>(problem.upper + at, load<f32>(found))
  store<f32>(problem.lower + at, load<f32>(found, 16))
  const own = load<u32>(problem.assignments + at)
  if (own === nearest) return
  store<u32>(problem.assignments + at, nearest)
  store<f64>(tail, load<f64>(tail) + 1)
  if (own !== noCluster) moveRow(problem, row, own, -1, moves)
  moveRow(problem, row, nearest, 1, moves)
}

/** The nearest centre by float64, the first of equally near ones. @param out its squared distance and that of the next */
function measureExactly(problem: Assignment, row: u32, out: usize): u32 {
  const rowBytes: usize = (<usize>problem.columnCount) << 3
  const values = problem.rows64 + <usize>row * rowBytes
  let nearest: u32 = 0
  let best = Infinity
  let next = Infinity
  for (let cluster = 0; cluster < problem.clusterCount; cluster++) {
    const distance = squaredDistance64(
      values,
      problem.centres64 + <usize>cluster * rowBytes,
      problem.columnCount,
    )
    if (distance < best) {
      next = best
      best = distance
      nearest = cluster
    } else if (distance < next) next = distance
  }
  store<f64>(out, best)
  store<f64>(out, next, 8)
  return nearest
}

function moveRow(problem: Assignment, row: u32, cluster: u32, sign: f64, moves: usize): void {
  const columnCount = problem.columnCount
  const rowBytes: usize = (<usize>columnCount) << 3
  const values = problem.rows64 + <usize>row * rowBytes
  const sums = moves + <usize>cluster * rowBytes
  const signs = f64x2.splat(sign)
  let column = 0
  for (; column + 2 <= columnCount; column += 2) {
    const at: usize = (<usize>column) << 3
    v128.store(sums + at, f64x2.add(v128.load(sums + at), f64x2.mul(signs, v128.load(values + at))))
  }
  if (column < columnCount) {
    const at: usize = (<usize>column) << 3
    store<f64>(sums + at, load<f64>(sums + at) + sign * load<f64>(values + at))
  }
  const counts = moves + <usize>problem.clusterCount * rowBytes + ((<usize>cluster) << 3)
  store<f64>(counts, load<f64>(counts) + sign)
}

/** ‖a − b‖² of float64, even places and odd ones summed apart. */
export function squaredDistance64(a: usize, b: usize, length: i32): f64 {
  let sums = f64x2.splat(0)
  let index = 0
  for (; index + 2 <= length; index += 2) {
    const at: usize = (<usize>index) << 3
    const gap = f64x2.sub(v128.load(a + at), v128.load(b + at))
    sums = f64x2.add(sums, f64x2.mul(gap, gap))
  }
  let sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1)
  if (index < length) {
    const gap = load<f64>(a + ((<usize>index) << 3)) - load<f64>(b + ((<usize>index) << 3))
    sum += gap * gap
  }
  return sum
}

/** The squared distance of each of the rows [from, to) to the centre of its cluster, float64. */
export function measureOwn(problem: Assignment, from: i32, to: i32, out: usize): void {
  const rowBytes: usize = (<usize>problem.columnCount) << 3
  for (let row = from; row < to; row++) {
    const own = load<u32>(problem.assignments + ((<usize>row) << 2))
    const centre = problem.centres64 + <usize>own * rowBytes
    const distance = squaredDistance64(problem.rows64 + <usize>row * rowBytes, centre, problem.columnCount)
    store<f64>(out + ((<usize>row) << 3), distance)
  }
}

/**
 * The lesser of each row's limit and its squared distance to each of four points, float32, for rows [from, to), both multiples
 * of 4: rows that fill up have limit 0.
 * @param points [columns × 4]
 * @param out of each point one number a row, `outStride` bytes apart
 * @param sums of each point, float64
 */
export function lowerToPoints32(
  rows: usize,
  from: i32,
  to: i32,
  columnCount: i32,
  points: usize,
  limits: usize,
  out: usize,
  outStride: usize,
  sums: usize,
): void {
  const rowBytes: usize = (<usize>columnCount) << 2
  memory.fill(sums, 0, 32)
  for (let row = from; row < to; row += 4) {
    const first = rows + <usize>row * rowBytes
    const at: usize = (<usize>row) << 2
    let sum0 = f32x4.splat(0)
    let sum1 = f32x4.splat(0)
    let sum2 = f32x4.splat(0)
    let sum3 = f32x4.splat(0)
    for (let column: usize = 0; column < rowBytes; column += 4) {
      const lanes = v128.load(points + (column << 2))
      const gap0 = f32x4.sub(v128.load32_splat(first + column), lanes)
      const gap1 = f32x4.sub(v128.load32_splat(first + rowBytes + column), lanes)
      const gap2 = f32x4.sub(v128.load32_splat(first + 2 * rowBytes + column), lanes)
      const gap3 = f32x4.sub(v128.load32_splat(first + 3 * rowBytes + column), lanes)
      sum0 = f32x4.add(sum0, f32x4.mul(gap0, gap0))
      sum1 = f32x4.add(sum1, f32x4.mul(gap1, gap1))
      sum2 = f32x4.add(sum2, f32x4.mul(gap2, gap2))
      sum3 = f32x4.add(sum3, f32x4.mul(gap3, gap3))
    }
    const limit = v128.load(limits + at)
    const low01 = v128.shuffle<f32>(sum0, sum1, 0, 4, 1, 5)
    const high01 = v128.shuffle<f32>(sum0, sum1, 2, 6, 3, 7)
    const low23 = v128.shuffle<f32>(sum2, sum3, 0, 4, 1, 5)
    const high23 = v128.shuffle<f32>(sum2, sum3, 2, 6, 3, 7)
    const target = out + at
    storeLower(v128.shuffle<f32>(low01, low23, 0, 1, 4, 5), limit, target, sums)
    storeLower(v128.shuffle<f32>(low01, low23, 2, 3, 6, 7), limit, target + outStride, sums + 8)
    storeLower(v128.shuffle<f32>(high01, high23, 0, 1, 4, 5), limit, target + 2 * outStride, sums + 16)
    storeLower(v128.shuffle<f32>(high01, high23, 2, 3, 6, 7), limit, target + 3 * outStride, sums + 24)
  }
}

function storeLower(distances: v128, limit: v128, out: usize, sum: usize): void {
  const lower = f32x4.pmin(limit, distances)
  v128.store(out, lower)
  const pair = f64x2.add(
    f64x2.promote_low_f32x4(lower),
    f64x2.promote_low_f32x4(v128.shuffle<f32>(lower, lower, 2, 3, 2, 3)),
  )
  store<f64>(sum, load<f64>(sum) + (f64x2.extract_lane(pair, 0) + f64x2.extract_lane(pair, 1)))
}
