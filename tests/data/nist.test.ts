import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { leastDigits } from '../../bench/regress/digits.ts'
import { parseNistFile } from '../../bench/regress/nist-file.ts'
import { solveLeastSquares } from '../../src/math/least-squares.ts'
import { datasetPath } from './datasets.ts'

/** Digits that QR in float64 reaches on the certified values of NIST StRD: coefficients, standard errors. */
const reference = {
  Longley: [10.9, 12.4],
  Norris: [12.4, 13.8],
  Pontius: [12.2, 13.2],
  Wampler1: [9.4, 9.7],
  Wampler2: [13.0, 14.5],
} as const

for (const [name, [coefficients, standardErrors]] of Object.entries(reference)) {
  test(`least squares has at least the digits of plain QR on ${name} of NIST StRD`, () => {
    const path = datasetPath(`nist/${name}.dat`)
    const problem = parseNistFile(readFileSync(path, 'utf8'), path)
    const fit = solveLeastSquares(problem.matrix, problem.target)
    expect(problem.name).toBe(name)
    expect(leastDigits(fit.coefficients, problem.coefficients)).toBeGreaterThan(coefficients)
    expect(leastDigits(fit.standardErrors, problem.standardErrors)).toBeGreaterThan(standardErrors)
  })
}
