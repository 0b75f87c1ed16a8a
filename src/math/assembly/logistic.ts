/** What `addLogistic` works on: addresses and a count, each 32 bits wide, in this order. */
@unmanaged
export class LogisticRows {
  /** [rows × stride] float64; stride is even, rows end in zeros. */
  rows: usize
  /** 0 or 1, or a share between, and how much each row counts; rows that fill up to a multiple of 4 count 0. */
  labels: usize
  weights: usize
  /** [stride]: one weight a column. */
  point: usize
  /** Out, where not 0: weight · p (1 − p) of each row. */
  curvature: usize
  stride: i32
}

/**
 * The weighted log-loss of rows [from, to), both multiples of 4, and its gradient, in one pass: four rows are multiplied,
 * turned into probabilities and added to the gradient while they lie in the nearest cache.
 * @param out float64: [stride] the gradient, then the loss, with room for four more numbers
 */
export function addLogistic(problem: LogisticRows, from: i32, to: i32, out: usize): void {
  const rowBytes: usize = (<usize>problem.stride) << 3
  const tail = out + rowBytes
  memory.fill(out, 0, rowBytes + 8)
  for (let row = from; row < to; row += 4) {
    const first = problem.rows + <usize>row * rowBytes
    multiplyFourRows64(first, rowBytes, problem.point, tail + 8)
    const at: usize = (<usize>row) << 3
    addPair(problem, at, tail, tail + 8)
    addPair(problem, at + 16, tail, tail + 24)
    addFourRows64(first, rowBytes, tail + 8, out)
  }
}

function multiplyFourRows64(first: usize, rowBytes: usize, point: usize, out: usize): void {
  const second = first + rowBytes
  const third = second + rowBytes
  const fourth = third + rowBytes
  let sum0 = f64x2.splat(0)
  let sum1 = f64x2.splat(0)
  let sum2 = f64x2.splat(0)
  let sum3 = f64x2.splat(0)
  for (let at: usize = 0; at < rowBytes; at += 16) {
    const factors = v128.load(point + at)
    sum0 = f64x2.add(sum0, f64x2.mul(factors, v128.load(first + at)))
    sum1 = f64x2.add(sum1, f64x2.mul(factors, v128.load(second + at)))
    sum2 = f64x2.add(sum2, f64x2.mul(factors, v128.load(third + at)))
    sum3 = f64x2.add(sum3, f64x2.mul(factors, v128.load(fourth + at)))
  }
  v128.store(out, addNeighbours(sum0, sum1))
  v128.store(out, addNeighbours(sum2, sum3), 16)
}

function addNeighbours(a: v128, b: v128): v128 {
  return f64x2.add(v128.shuffle<f64>(a, b, 0, 2), v128.shuffle<f64>(a, b, 1, 3))
}

/** Adds the loss of two rows, and puts what their log-odds pull at the gradient in the place of the log-odds. */
function addPair(problem: LogisticRows, at: usize, loss: usize, place: usize): void {
  const odds = v128.load(place)
  const label = v128.load(problem.labels + at)
  const weight = v128.load(problem.weights + at)
  const small = expOfNegative(f64x2.neg(f64x2.abs(odds)))
  const one = f64x2.splat(1)
  const share = f64x2.div(one, f64x2.add(one, small))
  const isNegative = f64x2.lt(odds, f64x2.splat(0))
  const probability = v128.bitselect(f64x2.mul(small, share), share, isNegative)
  const softplus = f64x2.add(f64x2.max(odds, f64x2.splat(0)), logOfOneAnd(small))
  const losses = f64x2.mul(weight, f64x2.sub(softplus, f64x2.mul(label, odds)))
  store<f64>(loss, load<f64>(loss) + (f64x2.extract_lane(losses, 0) + f64x2.extract_lane(losses, 1)))
  v128.store(place, f64x2.mul(weight, f64x2.sub(probability, label)))
  if (problem.curvature !== 0)
    v128.store(problem.curvature + at, f64x2.mul(weight, f64x2.mul(small, f64x2.mul(share, share))))
}

function addFourRows64(first: usize, rowBytes: usize, pulls: usize, out: usize): void {
  const second = first + rowBytes
  const third = second + rowBytes
  const fourth = third + rowBytes
  const pull0 = v128.load64_splat(pulls)
  const pull1 = v128.load64_splat(pulls, 8)
  const pull2 = v128.load64_splat(pulls, 16)
  const pull3 = v128.load64_splat(pulls, 24)
  for (let at: usize = 0; at < rowBytes; at += 16) {
    const low = f64x2.add(f64x2.mul(pull0, v128.load(first + at)), f64x2.mul(pull1, v128.load(second + at)))
    const high = f64x2.add(f64x2.mul(pull2, v128.load(third + at)), f64x2.mul(pull3, v128.load(fourth + at)))
    v128.store(out + at, f64x2.add(v128.load(out + at), f64x2.add(low, high)))
  }
}

/**
 * e^x for x ≤ 0 to about 1e-16 of itself; below −708 as at −708. x = k ln 2 + r with |r| ≤ ln 2 / 2, e^r by its Taylor
 * polynomial of degree 13 (the rest is under 5e-18), even powers and odd ones apart so that neither waits for the other, 2^k by
 * its bits. NaN stays NaN.
 */
function expOfNegative(x: v128): v128 {
  const least = f64x2.max(x, f64x2.splat(-708))
  const power = f64x2.nearest(f64x2.mul(least, f64x2.splat(Math.LOG2E)))
  const near = f64x2.sub(least, f64x2.mul(power, f64x2.splat(0.6931471803691238)))
  const r = f64x2.sub(near, f64x2.mul(power, f64x2.splat(1.9082149292705877e-10)))
  const square = f64x2.mul(r, r)
  let odd = f64x2.splat(1 / 6227020800.0)
  odd = horner(odd, square, 1 / 39916800.0)
  odd = horner(odd, square, 1 / 362880.0)
  odd = horner(odd, square, 1 / 5040.0)
  odd = horner(odd, square, 1 / 120.0)
  odd = horner(odd, square, 1 / 6.0)
  odd = horner(odd, square, 1)
  let even = f64x2.splat(1 / 479001600.0)
  even = horner(even, square, 1 / 3628800.0)
  even = horner(even, square, 1 / 40320.0)
  even = horner(even, square, 1 / 720.0)
  even = horner(even, square, 1 / 24.0)
  even = horner(even, square, 0.5)
  even = horner(even, square, 1)
  // The bits of power + 1023 at the low end of 2^52 + …, moved to where the exponent stands.
  const bits = f64x2.add(power, f64x2.splat(4503599627370496 + 1023))
  return f64x2.mul(f64x2.add(even, f64x2.mul(odd, r)), i64x2.shl(bits, 52))
}

/**
 * ln(1 + x) for 0 ≤ x ≤ 1 to about 2e-16 of itself: 2 artanh(s) by its series to s^21 (the rest is under 1e-18), with
 * s = x / (2 + x), or beyond √2 − 1, having taken ln √2 out, s = (1 + x − √2) / (1 + x + √2), so that |s| < .1716.
 */
function logOfOneAnd(x: v128): v128 {
  const root = f64x2.splat(Math.SQRT2)
  const one = f64x2.splat(1)
  const isLarge = f64x2.gt(x, f64x2.sub(root, one))
  const base = v128.bitselect(root, one, isLarge)
  const gap = f64x2.sub(x, f64x2.sub(base, one))
  const s = f64x2.div(gap, f64x2.add(f64x2.add(x, one), base))
  const square = f64x2.mul(s, s)
  const fourth = f64x2.mul(square, square)
  let odd = f64x2.splat(1 / 19.0)
  odd = horner(odd, fourth, 1 / 15.0)
  odd = horner(odd, fourth, 1 / 11.0)
  odd = horner(odd, fourth, 1 / 7.0)
  odd = horner(odd, fourth, 1 / 3.0)
  let even = f64x2.splat(1 / 21.0)
  even = horner(even, fourth, 1 / 17.0)
  even = horner(even, fourth, 1 / 13.0)
  even = horner(even, fourth, 1 / 9.0)
  even = horner(even, fourth, 0.2)
  even = horner(even, fourth, 1)
  const sum = f64x2.mul(f64x2.add(s, s), f64x2.add(even, f64x2.mul(odd, square)))
  return f64x2.add(sum, v128.and(f64x2.splat(Math.LN2 / 2), isLarge))
}

function horner(sum: v128, x: v128, next: f64): v128 {
  return f64x2.add(f64x2.mul(sum, x), f64x2.splat(next))
}
