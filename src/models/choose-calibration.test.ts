import { expect, test } from 'vitest'
import { createRandom } from '../math/random.ts'
import { calibrate } from './calibration.ts'
import { chooseCalibration, isClearlyLess } from './choose-calibration.ts'

/** People whose log-odds are known, and what a model says of them that stretches or shifts these. */
function drawPeople(seed: string, told: (odds: number) => number, rowCount = 4000) {
  const random = createRandom(seed)
  const odds = Float64Array.from({ length: rowCount }, () => 1.5 * random.normal())
  const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
  return {
    truth: odds.map(sigmoid),
    said: odds.map((x) => sigmoid(told(x))),
    labels: odds.map((x) => (random.next() < sigmoid(x) ? 1 : 0)),
  }
}

test('chances that hold are left as they are', () => {
  const { said, labels } = drawPeople('right', (odds) => odds)
  const { kind, calibration, held } = chooseCalibration(said, labels, createRandom(1))
  expect({ kind, calibration }).toEqual({ kind: 'none', calibration: undefined })
  expect(held).toBe(said)
})

test('chances that are too sure of themselves are brought back to a line, near the truth', () => {
  const { said, labels, truth } = drawPeople('sure', (odds) => 3 * odds)
  const { calibration, losses } = chooseCalibration(said, labels, createRandom(2))
  if (calibration === undefined) throw new Error('nothing was chosen')
  const off = calibrate(calibration, said).map((chance, row) => Math.abs(chance - (truth[row] ?? 0)))
  expect(off.reduce((sum, each) => sum + each, 0) / off.length).toBeLessThan(0.02)
  expect(Math.min(losses.platt, losses.isotonic)).toBeLessThan(losses.none - 0.1)
})

test('a curve that no line follows is followed by steps', () => {
  const { said, labels } = drawPeople('curve', (odds) => Math.sign(odds) * Math.abs(odds) ** 3, 8000)
  expect(chooseCalibration(said, labels, createRandom(3)).kind).toBe('isotonic')
})

test('a season in which all buy more is no fault of the shape: the level stays the model’s', () => {
  const { said, labels } = drawPeople('season', (odds) => odds - 0.8)
  expect(chooseCalibration(said, labels, createRandom(4)).kind).toBe('none')
})

test('rows too few to tell are left alone; less is clear only beyond the error of the difference', () => {
  const few = chooseCalibration(Float64Array.of(0.9, 0.2, 0.4), [0, 1, 1], createRandom(5))
  expect(few.kind).toBe('none')
  // Gains of 1, 1, 1, 1: no spread. Gains of 3, −1, 3, −3: mean .5, standard error √(9 / 4) = 1.5.
  expect(isClearlyLess(Float64Array.of(0, 0, 0, 0), Float64Array.of(1, 1, 1, 1))).toBe(true)
  expect(isClearlyLess(Float64Array.of(0, 0, 0, 0), Float64Array.of(3, -1, 3, -3))).toBe(false)
})
