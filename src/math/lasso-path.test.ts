import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fitLassoPath, type LassoProblem, largestPenalty, lassoScores, penaltiesDown } from './lasso-path.ts'
import { elementAt } from './matrix.ts'
import { createRandom } from './random.ts'

/** Columns of mean 0 and mean square 1, of which the first few tell the target. */
function drawProblem(
  family: LassoProblem['family'],
  { seed, rowCount, columnCount }: { seed: number; rowCount: number; columnCount: number },
): LassoProblem {
  const random = createRandom(seed)
  const columns = Array.from({ length: columnCount }, () =>
    standardise(Float64Array.from({ length: rowCount }, () => random.normal())),
  )
  const values = Float64Array.from({ length: rowCount * columnCount }, (_, index) =>
    elementAt(columns[index % columnCount] ?? new Float64Array(), Math.floor(index / columnCount)),
  )
  const target = Float64Array.from({ length: rowCount }, (_, row) => {
    const score = 0.5 + (columns[0]?.[row] ?? 0) - 0.7 * (columns[1]?.[row] ?? 0)
    if (family === 'linear') return score + random.normal()
    return random.next() < 1 / (1 + Math.exp(-score)) ? 1 : 0
  })
  return { design: { rowCount, columnCount, values }, target, family }
}

function standardise(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
  return values.map((value) => (value - mean) / Math.sqrt(square))
}

/** The mean of xⱼ times the residual, for each column, and of the residual itself. */
function slopesAt({ design, target, family }: LassoProblem, scores: Float64Array): number[] {
  const { rowCount, columnCount, values } = design
  const residuals = target.map((label, row) => {
    const score = elementAt(scores, row)
    return label - (family === 'linear' ? score : 1 / (1 + Math.exp(-score)))
  })
  const slopes = Array.from(
    { length: columnCount },
    (_, column) =>
      residuals.reduce((sum, each, row) => sum + each * elementAt(values, row * columnCount + column), 0) /
      rowCount,
  )
  return [...slopes, residuals.reduce((sum, each) => sum + each, 0) / rowCount]
}

test('with columns at right angles each weight is its own slope, nearer to 0 by the penalty', () => {
  const values = Float64Array.of(1, 1, 1, -1, -1, 1, -1, -1)
  const problem: LassoProblem = {
    design: { rowCount: 4, columnCount: 2, values },
    target: Float64Array.of(5, 3, 2, 0),
    family: 'linear',
  }
  // Slopes: (5 + 3 − 2 − 0) / 4 = 1.5 and (5 − 3 + 2 − 0) / 4 = 1; the mean is 2.5.
  expect(largestPenalty(problem)).toBe(1.5)
  const fits = fitLassoPath(problem, [1.5, 1.2, 0.5, 0])
  expect(fits.map((fit) => [...fit.weights].map((weight) => Number(weight.toFixed(9))))).toEqual([
    [0, 0],
    [0.3, 0],
    [1, 0.5],
    [1.5, 1],
  ])
  expect(fits.every((fit) => fit.intercept === 2.5)).toBe(true)
  expect([...lassoScores(fits[3] ?? fits[0] ?? never(), problem.design)][0]).toBeCloseTo(5, 9)
})

test('one column of two values has a logistic weight in closed form', () => {
  // Half of the rows at −1 with a quarter of yes, half at 1 with three quarters: without a penalty w = ln 3; the optimum with
  // one has mean of x (y − p) = penalty, where p = σ(w) at 1: ¾ − σ(w) = penalty.
  const values = Float64Array.of(-1, -1, -1, -1, 1, 1, 1, 1)
  const target = Float64Array.of(0, 0, 0, 1, 1, 1, 1, 0)
  const problem: LassoProblem = {
    design: { rowCount: 8, columnCount: 1, values },
    target,
    family: 'logistic',
  }
  expect(largestPenalty(problem)).toBe(0.25)
  const weights = fitLassoPath(problem, [0.25, 0.1, 0]).map((fit) => fit.weights[0])
  expect(weights[0]).toBeCloseTo(0, 9)
  expect(weights[1]).toBeCloseTo(Math.log(0.65 / 0.35), 5)
  expect(weights[2]).toBeCloseTo(Math.log(3), 5)
})

test.each(['linear', 'logistic'] as const)('every %s fit meets the conditions of an optimum', (family) => {
  fc.assert(
    fc.property(
      fc.record({
        seed: fc.integer(),
        rowCount: fc.integer({ min: 30, max: 80 }),
        columnCount: fc.integer({ min: 2, max: 12 }),
      }),
      (shape) => {
        const problem = drawProblem(family, shape)
        for (const fit of fitLassoPath(problem, penaltiesDown(largestPenalty(problem), 6, 0.02))) {
          const slopes = slopesAt(problem, lassoScores(fit, problem.design))
          expect(Math.abs(slopes.pop() ?? Number.NaN)).toBeLessThan(1e-5)
          for (const [column, slope] of slopes.entries()) {
            const weight = elementAt(fit.weights, column)
            if (weight === 0) expect(Math.abs(slope)).toBeLessThan(fit.penalty + 1e-5)
            else expect(Math.abs(slope - Math.sign(weight) * fit.penalty)).toBeLessThan(1e-5)
          }
        }
      },
    ),
    { numRuns: 25 },
  )
})

test('columns that tell enter first; a column of zeros never does', () => {
  const drawn = drawProblem('logistic', { seed: 3, rowCount: 600, columnCount: 9 })
  const values = drawn.design.values.map((value, index) => (index % 9 === 8 ? 0 : value))
  const problem = { ...drawn, design: { ...drawn.design, values } }
  const fits = fitLassoPath(problem, penaltiesDown(largestPenalty(problem), 20, 0.001))
  const entered = fits.map((fit) => [...fit.weights.keys()].filter((column) => fit.weights[column] !== 0))
  expect(entered[0]).toEqual([])
  expect(entered.find((columns) => columns.length >= 2)).toEqual([0, 1])
  expect(entered.flat()).not.toContain(8)
})

function never(): never {
  throw new Error('a path of four penalties has four fits')
}

test('with both norms the slopes at the optimum are those of the penalty, and rows of weight 2 are rows twice', () => {
  for (const family of ['linear', 'logistic'] as const)
    for (const mix of [0, 0.3, 1]) {
      const problem = drawProblem(family, { seed: 12, rowCount: 200, columnCount: 6 })
      const penalty = 0.05
      const [fit] = fitLassoPath({ ...problem, mix }, [penalty])
      if (fit === undefined) throw new Error('no fit')
      for (const [column, weight] of fit.weights.entries()) {
        const slope = slopesAt(problem, lassoScores(fit, problem.design))[column] ?? Number.NaN
        const pull = slope - penalty * (1 - mix) * weight
        if (weight === 0) expect(Math.abs(pull)).toBeLessThan(penalty * mix + 1e-6)
        else expect(pull).toBeCloseTo(Math.sign(weight) * penalty * mix, 5)
      }
      const { design, target } = problem
      const rows = Array.from(target.keys()).flatMap((row) => (row % 2 === 0 ? [row, row] : [row]))
      const width = design.columnCount
      const values = Float64Array.from(
        rows.flatMap((row) => [...design.values.subarray(row * width, (row + 1) * width)]),
      )
      const copies = {
        design: { rowCount: rows.length, columnCount: width, values },
        target: Float64Array.from(rows, (row) => target[row] ?? 0),
      }
      const rowWeights = target.map((_, row) => (row % 2 === 0 ? 2 : 1))
      const [byWeight] = fitLassoPath({ ...problem, mix, rowWeights }, [penalty])
      const [byCopies] = fitLassoPath({ ...problem, ...copies, mix }, [penalty])
      for (const [column, weight] of (byWeight?.weights ?? []).entries())
        expect(weight).toBeCloseTo(byCopies?.weights[column] ?? Number.NaN, 6)
    }
})
