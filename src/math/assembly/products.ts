/**
 * out += left · right for float32 [rowCount × innerCount] and [innerCount × columnCount], all row-major: tiles of four rows by
 * four columns stay in registers over the whole inner length. Rows and columns that fill no tile are taken one by one.
 */
export function multiplyBlock32(
  left: usize,
  right: usize,
  out: usize,
  rowCount: i32,
  innerCount: i32,
  columnCount: i32,
): void {
  const leftStride: usize = (<usize>innerCount) << 2
  const stride: usize = (<usize>columnCount) << 2
  const tiled = columnCount & ~3
  let row = 0
  for (; row + 4 <= rowCount; row += 4) {
    const start = left + <usize>row * leftStride
    const target = out + <usize>row * stride
    for (let column = 0; column < tiled; column += 4)
      multiplyTile32(
        start,
        leftStride,
        right + ((<usize>column) << 2),
        stride,
        target + ((<usize>column) << 2),
      )
  }
  for (let rest = 0; rest < rowCount; rest++) {
    const start = left + <usize>rest * leftStride
    const from = rest < row ? tiled : 0
    for (let column = from; column < columnCount; column++)
      addColumn32(
        start,
        innerCount,
        right + ((<usize>column) << 2),
        stride,
        out + <usize>rest * stride + ((<usize>column) << 2),
      )
  }
}

function multiplyTile32(first: usize, leftStride: usize, right: usize, stride: usize, out: usize): void {
  const second = first + leftStride
  const third = second + leftStride
  const fourth = third + leftStride
  let sum0 = f32x4.splat(0)
  let sum1 = f32x4.splat(0)
  let sum2 = f32x4.splat(0)
  let sum3 = f32x4.splat(0)
  let factors = right
  for (let at: usize = 0; at < leftStride; at += 4) {
    const lanes = v128.load(factors)
    sum0 = f32x4.add(sum0, f32x4.mul(v128.load32_splat(first + at), lanes))
    sum1 = f32x4.add(sum1, f32x4.mul(v128.load32_splat(second + at), lanes))
    sum2 = f32x4.add(sum2, f32x4.mul(v128.load32_splat(third + at), lanes))
    sum3 = f32x4.add(sum3, f32x4.mul(v128.load32_splat(fourth + at), lanes))
    factors += stride
  }
  v128.store(out, f32x4.add(v128.load(out), sum0))
  v128.store(out + stride, f32x4.add(v128.load(out + stride), sum1))
  v128.store(out + 2 * stride, f32x4.add(v128.load(out + 2 * stride), sum2))
  v128.store(out + 3 * stride, f32x4.add(v128.load(out + 3 * stride), sum3))
}

function addColumn32(row: usize, innerCount: i32, column: usize, stride: usize, out: usize): void {
  let sum: f32 = 0
  for (let index = 0; index < innerCount; index++)
    sum += load<f32>(row + ((<usize>index) << 2)) * load<f32>(column + <usize>index * stride)
  store<f32>(out, load<f32>(out) + sum)
}

/**
 * out += Σ weight · row rowᵀ over rows [from, to), float64, the lower triangle and what completes its pairs of columns. Rows lie
 * `stride` elements apart, an even number, and end in zeros; out is [stride × stride]. Four rows are added at a time, so
 * to − from is a multiple of 4: rows that fill it up have weight 0.
 */
export function addGram64(rows: usize, weights: usize, from: i32, to: i32, stride: i32, out: usize): void {
  const rowBytes: usize = (<usize>stride) << 3
  for (let row = from; row < to; row += 4) {
    const first = rows + <usize>row * rowBytes
    const weight = weights + ((<usize>row) << 3)
    for (let column = 0; column < stride; column++) addGramRow64(first, rowBytes, weight, column, out)
  }
}

function addGramRow64(first: usize, rowBytes: usize, weight: usize, column: i32, out: usize): void {
  const second = first + rowBytes
  const third = second + rowBytes
  const fourth = third + rowBytes
  const own: usize = (<usize>column) << 3
  const left0 = f64x2.splat(load<f64>(first + own) * load<f64>(weight))
  const left1 = f64x2.splat(load<f64>(second + own) * load<f64>(weight, 8))
  const left2 = f64x2.splat(load<f64>(third + own) * load<f64>(weight, 16))
  const left3 = f64x2.splat(load<f64>(fourth + own) * load<f64>(weight, 24))
  const target = out + <usize>column * rowBytes
  for (let at: usize = 0; at <= own; at += 16) {
    const low = f64x2.add(f64x2.mul(left0, v128.load(first + at)), f64x2.mul(left1, v128.load(second + at)))
    const high = f64x2.add(f64x2.mul(left2, v128.load(third + at)), f64x2.mul(left3, v128.load(fourth + at)))
    v128.store(target + at, f64x2.add(v128.load(target + at), f64x2.add(low, high)))
  }
}
