/**
 * Σ a[i·aStep + aStart] · b[i·bStep + bStart] − `from`, negated: that is `from` − Σ, as if computed with twice the
 * precision and rounded once. Residuals need it: their leading digits cancel.
 * Source: Ogita, Rump & Oishi (2005), algorithm Dot2; splitting by Veltkamp (1968).
 */
export function residualOf(
  from: number,
  length: number,
  a: (index: number) => number,
  b: (index: number) => number,
): number {
  let [high, low] = [from, 0]
  for (let index = 0; index < length; index++) {
    const [x, y] = [-a(index), b(index)]
    const product = x * y
    low += productError(x, y, product)
    const sum = high + product
    const part = sum - high
    low += high - (sum - part) + (product - part)
    high = sum
  }
  return high + low
}

/** x·y − product, exactly. */
function productError(x: number, y: number, product: number): number {
  const [xHigh, xLow] = split(x)
  const [yHigh, yLow] = split(y)
  return xLow * yLow - (product - xHigh * yHigh - xLow * yHigh - xHigh * yLow)
}

function split(value: number): [number, number] {
  const scaled = 134_217_729 * value
  const high = scaled - (scaled - value)
  return [high, value - high]
}
