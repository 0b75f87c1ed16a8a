/** A stream of pseudo-random numbers; the only source of chance in the engine, always passed in. */
export type Random = {
  /** Uniform in [0, 1). */
  next(): number
  /** Uniform integer in 0..limit-1. */
  integer(limit: number): number
  /** Standard normal (Box–Muller). */
  normal(): number
  /** Exponential with the given rate. */
  exponential(rate: number): number
  /** Gamma with shape and rate (Marsaglia & Tsang, 2000). */
  gamma(shape: number, rate: number): number
  /** Poisson count with the given mean. */
  poisson(mean: number): number
  /** Shuffles in place (Fisher–Yates) and returns the same array. */
  shuffle<T extends { length: number; [index: number]: unknown }>(items: T): T
  /** An independent stream for a named purpose: adding draws to one never shifts another. */
  fork(purpose: string): Random
}

/** Seeded generator: sfc32 over four words spread from the seed by FNV-1a and splitmix32. */
export function createRandom(seed: number | string): Random {
  const bits = createSfc32(String(seed))
  const next = () => bits() / 2 ** 32
  const integer = (limit: number) => Math.floor(next() * limit)
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
  const exponential = (rate: number) => -Math.log(1 - next()) / rate
  return {
    next,
    integer,
    normal,
    exponential,
    gamma: (shape, rate) => drawGamma(shape, next, normal) / rate,
    poisson: (mean) => drawPoisson(mean, next, normal),
    shuffle: (items) => shuffle(items, integer),
    fork: (purpose) => createRandom(`${seed}/${purpose}`),
  }
}

function createSfc32(seed: string): () => number {
  let hash = 0x811c9dc5
  for (let index = 0; index < seed.length; index++)
    hash = Math.imul(hash ^ seed.charCodeAt(index), 0x01000193)
  const spread = () => {
    hash = (hash + 0x9e3779b9) | 0
    let word = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad)
    word = Math.imul(word ^ (word >>> 15), 0x735a2d97)
    return (word ^ (word >>> 15)) | 0
  }
  let [a, b, c, d] = [spread(), spread(), spread(), spread()]
  const draw = () => {
    const sum = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return sum >>> 0
  }
  for (let round = 0; round < 12; round++) draw()
  return draw
}

function drawGamma(shape: number, next: () => number, normal: () => number): number {
  if (shape < 1) return drawGamma(shape + 1, next, normal) * (1 - next()) ** (1 / shape)
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = normal()
    const v = (1 + c * x) ** 3
    if (v > 0 && Math.log(1 - next()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v
  }
}

function drawPoisson(mean: number, next: () => number, normal: () => number): number {
  if (mean > 500) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()))
  const limit = Math.exp(-mean)
  let count = 0
  for (let product = next(); product > limit; product *= next()) count++
  return count
}

function shuffle<T extends { length: number; [index: number]: unknown }>(
  items: T,
  integer: (limit: number) => number,
): T {
  for (let index = items.length - 1; index > 0; index--) {
    const other = integer(index + 1)
    const kept = items[index]
    items[index] = items[other]
    items[other] = kept
  }
  return items
}
