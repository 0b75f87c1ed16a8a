/** Σ a[i] b[i] of float32 in two times four lanes, added pairwise at the end; any alignment. */
export function dot32(a: usize, b: usize, length: i32): f32 {
  let first = f32x4.splat(0)
  let second = f32x4.splat(0)
  let index = 0
  for (; index + 8 <= length; index += 8) {
    const at: usize = (<usize>index) << 2
    first = f32x4.add(first, f32x4.mul(v128.load(a + at), v128.load(b + at)))
    second = f32x4.add(second, f32x4.mul(v128.load(a + at, 16), v128.load(b + at, 16)))
  }
  let sum = sumLanes32(f32x4.add(first, second))
  for (; index < length; index++) {
    const at: usize = (<usize>index) << 2
    sum += load<f32>(a + at) * load<f32>(b + at)
  }
  return sum
}

/** target += factor · vector, float32. */
export function addScaled32(target: usize, factor: f32, vector: usize, length: i32): void {
  const factors = f32x4.splat(factor)
  let index = 0
  for (; index + 4 <= length; index += 4) {
    const at: usize = (<usize>index) << 2
    v128.store(target + at, f32x4.add(v128.load(target + at), f32x4.mul(factors, v128.load(vector + at))))
  }
  for (; index < length; index++) {
    const at: usize = (<usize>index) << 2
    store<f32>(target + at, load<f32>(target + at) + factor * load<f32>(vector + at))
  }
}

/** out[row] = rows[row] · vector for [rowCount × columnCount] float32, four rows at a time. */
export function multiplyVector32(
  rows: usize,
  rowCount: i32,
  columnCount: i32,
  vector: usize,
  out: usize,
): void {
  const stride: usize = (<usize>columnCount) << 2
  let row = 0
  for (; row + 4 <= rowCount; row += 4)
    multiplyFourRows32(rows + <usize>row * stride, stride, vector, out + ((<usize>row) << 2))
  for (; row < rowCount; row++)
    store<f32>(out + ((<usize>row) << 2), dot32(rows + <usize>row * stride, vector, columnCount))
}

function multiplyFourRows32(first: usize, stride: usize, vector: usize, out: usize): void {
  const second = first + stride
  const third = second + stride
  const fourth = third + stride
  let sum0 = f32x4.splat(0)
  let sum1 = f32x4.splat(0)
  let sum2 = f32x4.splat(0)
  let sum3 = f32x4.splat(0)
  let at: usize = 0
  for (; at + 16 <= stride; at += 16) {
    const factors = v128.load(vector + at)
    sum0 = f32x4.add(sum0, f32x4.mul(v128.load(first + at), factors))
    sum1 = f32x4.add(sum1, f32x4.mul(v128.load(second + at), factors))
    sum2 = f32x4.add(sum2, f32x4.mul(v128.load(third + at), factors))
    sum3 = f32x4.add(sum3, f32x4.mul(v128.load(fourth + at), factors))
  }
  let sums = f32x4(sumLanes32(sum0), sumLanes32(sum1), sumLanes32(sum2), sumLanes32(sum3))
  for (; at < stride; at += 4) {
    const column = f32x4(
      load<f32>(first + at),
      load<f32>(second + at),
      load<f32>(third + at),
      load<f32>(fourth + at),
    )
    sums = f32x4.add(sums, f32x4.mul(column, v128.load32_splat(vector + at)))
  }
  v128.store(out, sums)
}

/** (first + second) + (third + fourth) lane. */
function sumLanes32(lanes: v128): f32 {
  return (
    f32x4.extract_lane(lanes, 0) +
    f32x4.extract_lane(lanes, 1) +
    (f32x4.extract_lane(lanes, 2) + f32x4.extract_lane(lanes, 3))
  )
}
