import { expect, test } from 'vitest'
import { leastDigits } from './digits.ts'
import { parseNistFile } from './nist-file.ts'

function file(certified: readonly string[], header: string, rows: readonly string[]): string {
  return [
    'Dataset Name:  Small (Small.dat)',
    'Data:          1 Response Variable (y)',
    `               ${rows.length} Observations`,
    `               ${certified.length} Parameters (B0,B1)`,
    ...certified.map((line) => `        ${line}      `),
    '',
    `Data:     ${header}`,
    ...rows,
    '',
  ].join('\r\n')
}

test('with one predictor the parameters are powers of it, with several one each', () => {
  const curve = parseNistFile(
    file(['B0 1.5 0.1', 'B1 -2.0E-01 0.2', 'B2 3 0'], 'y x', ['1 2', '2 3', '3 5', '4 7']),
    'a',
  )
  expect(curve.name).toBe('Small')
  expect(curve.coefficients).toEqual([1.5, -0.2, 3])
  expect([...curve.matrix.values.subarray(6, 9)]).toEqual([1, 5, 25])
  const plane = parseNistFile(file(['B0 1 1', 'B1 1 1', 'B2 1 1'], 'y x1 x2', ['9 2 3', '8 4 5']), 'b')
  expect([...plane.matrix.values]).toEqual([1, 2, 3, 1, 4, 5])
})

test('without B0 there is no intercept', () => {
  const problem = parseNistFile(file(['B1 2.07 0.01'], 'y x', ['130 60', '131 61']), 'c')
  expect([...problem.matrix.values]).toEqual([60, 61])
})

test('a file that lacks rows is refused by name', () => {
  const text = file(['B0 1 1'], 'y x', ['1 2', '3 4']).replace('2 Observations', '3 Observations')
  expect(() => parseNistFile(text, 'd')).toThrow(/no linear problem/)
})

test('digits are relative, absolute where the truth is 0, at most 15, and none when not a number', () => {
  expect(leastDigits([1.001, 2], [1, 2])).toBeCloseTo(3, 10)
  expect(leastDigits([1e-9], [0])).toBeCloseTo(9, 10)
  expect(leastDigits([0, 5], [0, 5])).toBe(15)
  expect(leastDigits([Number.NaN], [1])).toBe(Number.NEGATIVE_INFINITY)
  expect(leastDigits([], [1])).toBe(Number.NEGATIVE_INFINITY)
})
