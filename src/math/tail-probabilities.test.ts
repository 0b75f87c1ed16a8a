import { expect, test } from 'vitest'
import { twoSidedNormal, twoSidedStudent, upperChiSquare, upperFisher } from './tail-probabilities.ts'

test('by hand: t with one and two degrees, χ² with two, F with two and two have closed forms', () => {
  for (const t of [0.1, 1, 3, 40]) {
    expect(twoSidedStudent(t, 1)).toBeCloseTo(1 - (2 / Math.PI) * Math.atan(t), 13)
    expect(twoSidedStudent(-t, 2)).toBeCloseTo(1 - t / Math.sqrt(2 + t * t), 13)
    expect(upperChiSquare(t, 2)).toBeCloseTo(Math.exp(-t / 2), 13)
    expect(upperFisher(t, 2, 2)).toBeCloseTo(1 / (1 + t), 13)
  }
})

test('published 5 % and 1 % points of Fisher & Yates: t, χ², F and the normal', () => {
  expect(twoSidedStudent(2.228139, 10)).toBeCloseTo(0.05, 7)
  expect(twoSidedStudent(2.749996, 30)).toBeCloseTo(0.01, 7)
  expect(upperChiSquare(18.307038, 10)).toBeCloseTo(0.05, 7)
  expect(upperChiSquare(135.807, 100)).toBeCloseTo(0.01, 5)
  expect(upperFisher(3.3258, 5, 10)).toBeCloseTo(0.05, 5)
  expect(twoSidedNormal(1.959963985)).toBeCloseTo(0.05, 9)
})

test('far tails keep their relative precision, ends and nonsense are answered', () => {
  expect(twoSidedNormal(10) / 1.523970604832105e-23).toBeCloseTo(1, 10)
  expect([twoSidedNormal(0), upperFisher(0, 3, 4), upperChiSquare(0, 3), twoSidedStudent(0, 3)]).toEqual([
    1, 1, 1, 1,
  ])
  expect(upperFisher(Number.POSITIVE_INFINITY, 3, 4)).toBe(0)
  expect(twoSidedStudent(Number.NaN, 3)).toBeNaN()
})
